import { expect } from 'chai';
import { computeAddress, type TypedDataField, verifyTypedData, Wallet, ZeroAddress } from 'ethers';
import { type Release, resume } from '../../client/index.ts';
import { type ChannelRecord, writeRecord } from '../../client/money/channel-record.ts';
import { emptyLedger, grown, type Ledger, movedTo, served } from '../../client/money/ledger.ts';
import { memoryStorage } from '../../client/storage.ts';
import { rejection } from '../rejection.ts';

const HOST = 'https://host.example';
const SELLER = 'https://seller.example/play/bafy';
const CONTENT = `0x${'c'.repeat(64)}`;
const WHERE = { chainId: 31_337, contract: `0x${'1'.repeat(40)}` };
const PARTIES = { ...WHERE, provider: `0x${'2'.repeat(40)}`, token: ZeroAddress };
const CHANNEL_ID = `0x${'d'.repeat(64)}`;
const VIEWER = `0x${'3'.repeat(40)}`;
const KEY = Wallet.createRandom().privateKey;
const EPOCH = 2;
const UINT256_MAX = 2n ** 256n - 1n;
const RELEASE: Record<string, TypedDataField[]> = {
  ReleaseChannel: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'epoch', type: 'uint256' },
    { name: 'lastSeq', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};

const NONE = emptyLedger(EPOCH, 4);
const pending = { cid: 'bafy', url: SELLER, unit: 7, keyHash: '' };
const limits = { channel: 100n, content: null };
const PAID = grown(NONE, { contentId: CONTENT, unitPrice: 5n, pending }, limits);
const SERVED = served(PAID, CONTENT);

interface Sent {
  url: string;
  body: Record<string, unknown>;
}

describe('channel.release', () => {
  /** A stored channel, and a host that answers what is asked of it in this order. */
  async function left(ledger: Ledger, ...answers: Response[]) {
    const storage = memoryStorage();
    const signature = ledger.items.length > 0 ? `0x${'5a'.repeat(65)}` : null;
    const record: ChannelRecord = {
      ...{ ...PARTIES, channelId: CHANNEL_ID, viewer: VIEWER, authorizer: computeAddress(KEY), key: KEY },
      ...{ salt: CHANNEL_ID, isOpen: true, limit: 100n, ledger, signature, bought: 1 },
    };
    await writeRecord(storage, record);
    const told = { epoch: EPOCH, deposit: '100' };
    const facts = async () =>
      Response.json({
        channels: [
          {
            contract: WHERE.contract,
            claimed_base_units: '0',
            deposit_base_units: told.deposit,
            epoch: told.epoch,
            next_seq: 4,
            withdrawable_at: null,
          },
        ],
      });
    const sent: Sent[] = [];
    const fetch = async (url: string, init: RequestInit = {}) => {
      sent.push({ url, body: JSON.parse(String(init.body)) });
      const answer = url.startsWith(HOST) ? answers.shift() : Response.json({ keys: {} });
      if (answer?.status === 200 && url.startsWith(HOST))
        Object.assign(told, { epoch: EPOCH + 1, deposit: '0' });
      return answer ?? Response.error();
    };
    const channel = await resume({ ...PARTIES, storage, facts: { host: HOST, fetch: facts } });
    if (!channel) throw new Error('There is no channel.');
    return { channel, sent, relay: { host: HOST, fetch } };
  }
  const done = () => Response.json({ message: 'Back.' });
  const taken = (state: Release) =>
    Response.json({ release: { state } }, { status: 202, headers: { 'retry-after': '1' } });

  /** What the channel's key has signed of it. */
  function signedIn({ url, body }: Sent) {
    const { epoch, last_seq, deadline, signature, ...rest } = body;
    expect([url, rest]).to.deep.equal([
      `${HOST}/channels/${CHANNEL_ID}/release`,
      { contract: WHERE.contract },
    ]);
    const message = { channelId: CHANNEL_ID, epoch, lastSeq: last_seq ?? UINT256_MAX, deadline };
    const domain = {
      name: 'StreamHost',
      version: '1',
      chainId: WHERE.chainId,
      verifyingContract: WHERE.contract,
    };
    expect(verifyTypedData(domain, RELEASE, message, String(signature))).to.equal(computeAddress(KEY));
    expect(Number(deadline)).to.be.within(Date.now() / 1000 + 500, Date.now() / 1000 + 600);
    return { epoch, last_seq };
  }

  it('asks on the word of its key, and again by the same call until the rest is back', async () => {
    const { channel, sent, relay } = await left(SERVED, taken('claiming'), taken('sent'), done());
    const states: Release[] = [];
    await channel.release(relay, (state) => states.push(state));
    expect(states).to.deep.equal(['claiming', 'sent']);
    const [first] = sent as [Sent];
    expect(signedIn(first)).to.deep.equal({ epoch: EPOCH, last_seq: 4 });
    expect(sent).to.deep.equal([first, first, first]);
    expect(await channel.balance()).to.include({ deposit: 0n, spent: 0n, left: 0n, limit: 0n });
  });

  it('waits as long as it is told, and can be asked again', async () => {
    const { channel, sent, relay } = await left(SERVED, taken('claiming'), done());
    const states: Release[] = [];
    const onState = (state: Release) => states.push(state);
    expect(await rejection(channel.release(relay, onState, 0))).to.include({
      ...{ code: 'release_pending', retryable: true },
    });
    expect([states, sent.length]).to.deep.equal([['claiming'], 1]);
    await channel.release(relay, onState, 0);
    expect(await channel.balance()).to.include({ deposit: 0n });
  });

  const numbers: [what: string, ledger: Ledger, last: number | null][] = [
    ['none where nothing is signed', NONE, null],
    ['the one that ended, where nothing is signed under the next', movedTo(SERVED, 9), 4],
  ];
  for (const [what, ledger, last] of numbers) {
    it(`names as the last voucher ${what}`, async () => {
      const { channel, sent, relay } = await left(ledger, done());
      await channel.release(relay);
      expect(sent.map(signedIn)).to.deep.equal([{ epoch: EPOCH, last_seq: last }]);
    });
  }

  it('shows the seller first what it has signed for a unit that did not come', async () => {
    const { channel, sent, relay } = await left(PAID, done());
    await channel.release(relay);
    const [shown, asked] = sent as [Sent, Sent];
    expect(shown.url).to.equal(`${SELLER}/keys`);
    expect(shown.body).to.deep.include({
      units: [7],
      contract: WHERE.contract,
      voucher: { channelId: CHANNEL_ID, epoch: EPOCH, seq: 4, items: [[CONTENT, '1', '5']] },
    });
    expect(signedIn(asked)).to.deep.equal({ epoch: EPOCH, last_seq: 4 });
  });

  it('tells why the host does not, and has changed nothing', async () => {
    const refused = Response.json({ code: 'deposit_too_small', detail: 'Too small.' }, { status: 402 });
    const { channel, relay } = await left(SERVED, refused);
    expect(await rejection(channel.release(relay))).to.include({
      ...{ code: 'seller_refused', problem: 'deposit_too_small', status: 402 },
    });
    expect(await channel.balance()).to.include({ deposit: 100n, spent: 5n, left: 95n });
  });
});
