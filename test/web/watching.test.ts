import { expect } from 'chai';
import { ClientError, SellerRefused, type Video } from '../../client/index.ts';
import { watching } from '../../web/src/playback/sale/watching.ts';
import { until } from '../until.ts';

const URL = 'https://seller.example/play/bafy';

/** As much of a player as `watching` uses, and of a video none of whose keys can be had before it is paid. */
function watched() {
  const listeners = new Map<string, () => void>();
  const loads: string[] = [];
  let isPaid = false;
  let unpaid = new ClientError('channel_missing', 'There is no channel that pays.');
  let refusal: ClientError | null = null;
  let serve = () => {};
  /** As long as it refuses it is asked again; then its key is there. */
  const refused = async (onFailed: (error: unknown) => void) => {
    for (const afterMs of [0, 2_000, 4_000, 16_000]) {
      performance.now = () => afterMs + 1;
      onFailed(refusal);
      shown.push(sale.state.get().refused);
    }
    await new Promise<void>((resolve) => {
      serve = resolve;
    });
    return new Map([[0, new Uint8Array(16)]]);
  };
  const shown: unknown[] = [];
  const video = {
    content: { durationSec: 60, unitStartsSec: [0], keyHashes: ['a'] },
    seller: { url: URL },
    keptKey: async () => undefined,
    async fetchKeys(_units: readonly number[], onFailed: (error: unknown) => void) {
      if (refusal) return await refused(onFailed);
      if (!isPaid) throw unpaid;
      return new Map([[0, new Uint8Array(16)]]);
    },
  } as unknown as Video;
  const media = {
    ...{ currentTime: 0, paused: false, ended: false, buffered: { length: 0 } },
    ...{
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      play: async () => undefined,
    },
  };
  const hls = {
    config: { loader: class {} } as Record<string, unknown>,
    media,
    on: (event: string, listener: () => void) => void listeners.set(event, listener),
    off: () => undefined,
    loadSource: () => loads.push('source'),
    startLoad: () => loads.push('start'),
    stopLoad: () => loads.push('stop'),
  };
  const sale = watching(video, { hasDeposit: false, isUnlocked: false });
  sale.attach(hls as unknown as Parameters<typeof sale.attach>[0]);
  listeners.get('hlsManifestParsed')?.();
  return {
    sale,
    loads,
    shown,
    serve: () => serve(),
    refuse(error: ClientError) {
      refusal = error;
    },
    leave() {
      unpaid = new ClientError('withdrawal_pending', 'The rest is asked for.');
    },
    pay() {
      isPaid = true;
      sale.goOn({ hasDeposit: true });
    },
    /** The player asks for the key of a segment. */
    askKey() {
      const KeyLoader = hls.config.loader as new (config: object) => { load(...args: object[]): void };
      const nothing = () => undefined;
      const context = { url: `${URL}/keys/0`, frag: { start: 0 } };
      new KeyLoader({}).load(context, {}, { onSuccess: nothing, onError: nothing });
    },
  };
}

const { now } = performance;

describe('a sale that is watched', () => {
  afterEach(() => {
    performance.now = now;
  });

  const said = { status: 503, problem: 'mirror_behind', detail: 'The records lag.', retryAfterSec: 2 };

  for (const code of ['mirror_behind', 'seller_refused'] as const) {
    it(`says after a few seconds that its seller sells nothing, until a key comes: ${code}`, async () => {
      const { sale, shown, serve, refuse, askKey } = watched();
      const refusal = new SellerRefused(code, said, true);
      refuse(refusal);
      sale.pay();
      askKey();
      await until('it was asked four times', async () => shown.length === 4);
      expect(shown).to.deep.equal([null, null, refusal, refusal]);
      const { changes } = sale.state.get();
      serve();
      await until('the key has come', async () => sale.state.get().changes > changes);
      expect(sale.state.get()).to.include({ refused: null, stopped: null });
    });
  }

  it('says it later of one that sells no more before the deposit is final', async () => {
    const { shown, sale, refuse, askKey } = watched();
    const refusal = new ClientError('deposit_unconfirmed', 'Not yet.', { retryable: true });
    refuse(refusal);
    sale.pay();
    askKey();
    await until('it was asked four times', async () => shown.length === 4);
    expect(shown).to.deep.equal([null, null, null, refusal]);
  });

  it('is not loaded anew by a deposit while nothing has stopped it', () => {
    const { sale, loads, pay } = watched();
    sale.pay();
    pay();
    expect(loads).to.deep.equal(['source']);
    expect(sale.state.get()).to.include({ hasDeposit: true, isPaying: true, stopped: null });
  });

  it('learns from the refusal that the rest is asked for elsewhere', async () => {
    const { sale, loads, askKey, leave } = watched();
    leave();
    sale.pay();
    askKey();
    await until('it has stopped', async () => loads.includes('stop'));
    expect(sale.state.get()).to.deep.include({ isLeaving: true });
  });

  it('says where what is open ends, where nothing pays for more', async () => {
    const { sale, loads, askKey } = watched();
    sale.state.set({ ...sale.state.get(), openUnits: 3 });
    sale.pay();
    askKey();
    await until('it has stopped', async () => loads.includes('stop'));
    expect(sale.state.get().stopped).to.include({ code: 'channel_missing' });
  });

  it('goes on by a deposit where it has stopped for want of one', async () => {
    const { sale, loads, pay, askKey } = watched();
    sale.pay();
    askKey();
    await until('it has stopped', async () => loads.includes('stop'));
    pay();
    expect(loads).to.deep.equal(['source', 'stop', 'stop', 'start']);
  });
});
