import { parsePaymentRequired } from '@x402/core/schemas';
import { decodePaymentResponseHeader, wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { expect } from 'chai';
import { ZeroAddress, zeroPadValue } from 'ethers';
import { type Signed, streamhostChannel } from '../../docs/examples/x402-scheme.ts';
import { demanded } from '../indexer/http/playing.ts';
import { hashOf, PRICE, type Selling, startSelling, type Video } from '../indexer/http/selling.ts';

describe('the official x402 client', () => {
  let selling: Selling;
  let video: Video;
  let salts = 0;
  before(async () => {
    selling = await startSelling();
    video = await selling.packaged();
  });
  after(() => selling.stop());

  const keyUrl = (unit: number) => `${selling.api.url}/play/${video.cid}/keys/${unit}`;

  /** The client, as it comes, with the scheme of the example. */
  async function payer({ limit = 2n * PRICE, spendCap = PRICE } = {}) {
    const { chainId, contract, seller: provider } = selling;
    const channel = await selling.open({ salt: zeroPadValue(`0x0${++salts}`, 32) });
    const deposit = { ...channel, chainId, contract, provider, token: ZeroAddress };
    const signed = new Map<string, Signed>();
    const saved: bigint[] = [];
    const save = async () => void saved.push(signed.get(video.contentId)?.units ?? 0n);
    const network = `eip155:${chainId}` as const;
    const client = new x402Client()
      .register(network, streamhostChannel({ deposit, key: channel.key, limit, signed, save }))
      .setSpendControls({
        allowedAssets: [{ network, asset: ZeroAddress, maxAmountPerPayment: String(spendCap) }],
      });
    const over = (via: typeof fetch) => wrapFetchWithPayment(via, client);
    return { channel, signed, saved, over, pay: over(fetch) };
  }

  const keyIn = async (answer: Response) => hashOf(new Uint8Array(await answer.arrayBuffer()));

  it('reads what this host asks for, of its schema', async () => {
    const answer = await fetch(keyUrl(0));
    expect(answer.status).to.equal(402);
    const { success, data, error } = parsePaymentRequired(demanded(answer.headers));
    expect(success, String(error)).to.equal(true);
    expect(data?.accepts.map(({ scheme }) => scheme)).to.deep.equal([
      'streamhost-channel',
      'streamhost-direct',
    ]);
  });

  it('buys keys from a deposit, one unit after the other', async () => {
    const { pay, saved } = await payer();
    for (const unit of [0, 1]) {
      const answer = await pay(keyUrl(unit));
      expect([answer.status, await keyIn(answer)]).to.deep.equal([200, video.hashes[unit]]);
      const paid = decodePaymentResponseHeader(answer.headers.get('payment-response') ?? '');
      expect(paid).to.include({ success: true, amount: String(PRICE) });
    }
    expect(saved).to.deep.equal([1n, 1n, 2n, 2n]);
  });

  it('pays nothing for what is open already: it stays to its credit', async () => {
    const { pay, signed } = await payer();
    await pay(keyUrl(0));
    const again = await pay(keyUrl(0));
    expect(await keyIn(again)).to.equal(video.hashes[0]);
    expect(decodePaymentResponseHeader(again.headers.get('payment-response') ?? '').amount).to.equal('0');
    const { units, credit } = signed.get(video.contentId) ?? {};
    expect([units, credit]).to.deep.equal([2n, 1n]);
    await pay(keyUrl(1));
    expect(signed.get(video.contentId)).to.deep.equal({ units: 2n, unitPrice: PRICE, credit: 0n });
  });

  it('shows the same voucher again where an answer was lost', async () => {
    const { over, pay, signed } = await payer();
    const losing: typeof fetch = async (...given) => {
      const answer = await fetch(...given);
      if (answer.status === 200) throw new Error('lost');
      return answer;
    };
    expect(await over(losing)(keyUrl(2)).catch(({ message }) => message)).to.equal('lost');
    expect(await keyIn(await pay(keyUrl(2)))).to.equal(video.hashes[2]);
    expect(signed.get(video.contentId)).to.deep.equal({ units: 1n, unitPrice: PRICE, credit: 0n });
  });

  it('keeps the limits of whoever pays', async () => {
    const refusal = async (how: Parameters<typeof payer>[0]) => {
      const { pay, signed } = await payer(how);
      const message = await pay(keyUrl(0)).catch((error: Error) => error.message);
      expect(signed.size).to.equal(0);
      return message;
    };
    expect(await refusal({ limit: PRICE - 1n })).to.match(/more than may be spent/);
    expect(await refusal({ spendCap: PRICE - 1n })).to.match(/spendControls/);
  });
});
