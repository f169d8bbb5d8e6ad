import { expect } from 'chai';
import { Signature, Wallet, ZeroAddress, ZeroHash, zeroPadValue } from 'ethers';
import { CarelessToken__factory } from '../../../types/ethers-contracts/factories/mocks/CarelessToken__factory.ts';
import { packBatch } from '../../contracts/vouchers.ts';
import { eventually, expectProblem } from './api.ts';
import { demanded } from './playing.ts';
import {
  type Channel,
  MAKER,
  OTHER_VIEWER,
  PRICE,
  RIVAL,
  SELLER,
  type Selling,
  startSelling,
  VIEWER,
  type Video,
} from './selling.ts';

const DAY = 86_400;

function payerIn(headers: Headers): string {
  return JSON.parse(Buffer.from(headers.get('payment-response') ?? '', 'base64').toString()).payer;
}

describe('the sale of keys', () => {
  let host: Selling;
  let video: Video;
  let salts = 0;
  before(async () => {
    // A voucher that is claimed proves no key any more: keys-claimed.test.ts.
    host = await startSelling({ env: { CLAIM: 'off' } });
    video = await host.packaged();
  });
  after(() => host.stop());

  const open = (how: Parameters<Selling['open']>[0] = {}) =>
    host.open({ salt: zeroPadValue(`0x${(++salts).toString(16).padStart(4, '0')}`, 32), ...how });
  const opened = async (...given: Parameters<Selling['buy']>) =>
    host.outcomeOf(await host.buy(...given), given[0]);
  const mine = async (blocks: number) => {
    for (let block = 0; block < blocks; block++) await host.api.chain.provider.send('evm_mine', []);
    await host.api.settled();
  };

  describe('behind a token', () => {
    it("of a channel's key: what that channel has bought, and nothing else of the wallet's", async () => {
      const [one, other] = [await open(), await open()];
      await host.buy(video, one, [0], 1);
      await host.buy(video, other, [1], 1);
      const token = await host.token(video, { channel: one });
      expect(await host.keyBy(`~${token}/${video.cid}/keys/0`)).to.equal(video.hashes[0]);
      expect(await host.keyBy(`~${token}/${video.cid}/keys/1`)).to.equal('payment_required');
      const bearer = { headers: { authorization: `Bearer ${token}` } };
      expect(await host.keyBy(`${video.cid}/keys/0`, bearer)).to.equal(video.hashes[0]);
      expect((await host.play(`~${token}/${video.cid}/keys/0`, { method: 'HEAD' })).status).to.equal(200);
    });

    it("of the wallet's own signature: what all its channels have bought, and not others'", async () => {
      const [one, other] = [await open({ by: OTHER_VIEWER }), await open({ by: OTHER_VIEWER })];
      await host.buy(video, one, [0], 1);
      await host.buy(video, other, [2], 1);
      const token = await host.token(video, { by: OTHER_VIEWER });
      for (const unit of [0, 2]) {
        expect(await host.keyBy(`~${token}/${video.cid}/keys/${unit}`)).to.equal(video.hashes[unit]);
      }
      expect(await host.keyBy(`~${token}/${video.cid}/keys/1`)).to.equal('payment_required');
    });

    it('never buys: a credit of the channel stays where it is', async () => {
      const channel = await open();
      await host.buy(video, channel, [0], 3);
      const token = await host.token(video, { channel });
      expect(await host.keyBy(`~${token}/${video.cid}/keys/1`)).to.equal('payment_required');
      expect(await opened(video, channel, [1, 2], 3)).to.deep.equal([1, 2]);
    });

    it('is replaced by the next one of the same payer and content alone', async () => {
      const channel = await open();
      await host.buy(video, channel, [0], 1);
      const [ofKey, ofWallet] = [await host.token(video, { channel }), await host.token(video)];
      const next = await host.token(video, { channel });
      expect(await host.keyBy(`~${ofKey}/${video.cid}/keys/0`)).to.equal('token_invalid');
      for (const token of [ofWallet, next]) {
        expect(await host.keyBy(`~${token}/${video.cid}/keys/0`)).to.equal(video.hashes[0]);
      }
    });

    it('is given to who has bought something: to nobody else, and for no channel of somebody else', async () => {
      const [channel, strangers] = [await open(), await open({ by: RIVAL })];
      expectProblem(await host.access(video, { channel }), 402, 'payment_required', 'cid');
      await host.buy(video, channel, [0], 1);
      await host.buy(video, strangers, [1], 1);
      const refusals = [
        [{ channel, signer: strangers.key }, 'signature'],
        [{ channel, signer: host.api.wallet(VIEWER) }, 'signature'],
        [{ channel, account: strangers.viewer }, 'channel_id'],
        [{ channel: { ...channel, channelId: strangers.channelId } }, 'channel_id'],
        [{ channel: { ...channel, channelId: video.contentId } }, 'channel_id'],
        [{ by: VIEWER, signer: channel.key }, 'signature'],
      ] as const;
      for (const [how, field] of refusals)
        expectProblem(await host.access(video, how), 402, 'access_invalid', field);
    });
  });

  describe("a channel in a victim's name, in a token that takes any signature", () => {
    it('opens what it has bought itself, and nothing of what the victim has', async () => {
      const victim = await open();
      await host.buy(video, victim, [0], 1);
      await host.pay(video, { units: 2 });
      const attacker = host.api.wallet(RIVAL);
      const token = await new CarelessToken__factory(attacker).deploy();
      const coin = await token.getAddress();
      const key = Wallet.createRandom();
      const named = {
        viewer: victim.viewer,
        provider: host.seller,
        token: coin,
        authorizer: key.address,
        salt: ZeroHash,
      };
      const any = {
        validAfterSec: 0,
        validBeforeSec: 2 ** 40,
        salt: ZeroHash,
        v: 27,
        r: ZeroHash,
        s: ZeroHash,
      };
      await (await host.api.as(RIVAL).openWithAuthorization(named, 1_000n, any)).wait();
      const channelId = await host.api.as(RIVAL).channelIdOf(named);
      await host.api.settled();
      const forged: Channel = { ...victim, channelId, key };
      expectProblem(await host.access(video, { channel: forged }), 402, 'payment_required', 'cid');
      expectProblem(
        await host.access(video, { account: victim.viewer, signer: key }),
        402,
        'access_invalid',
        'signature',
      );
      // In its own coin it buys nothing that is priced in another.
      expect(await opened(video, forged, [0], 1)).to.equal('voucher_invalid');
      const film = await host.packaged();
      const inCoin = await host.listed(film.cid, { token: coin, price: 1n });
      const bought = { units: [0], ...(await host.signed(forged, [[inCoin, 1, 1n]])) };
      expect(host.outcomeOf(await host.post(film, bought), film)).to.deep.equal([0]);
      await (await token.mint(victim.viewer, 9n)).wait();
      await (await token.connect(host.api.wallet(VIEWER)).approve(host.contract, 9n)).wait();
      await (await host.api.as(VIEWER).payView(inCoin, host.seller, 9, 9n)).wait();
      await host.api.settled();
      const own = await host.token({ ...film, contentId: inCoin }, { channel: forged });
      expect(await host.keyBy(`~${own}/${film.cid}/keys/0`)).to.equal(film.hashes[0]);
      expect(await host.keyBy(`~${own}/${film.cid}/keys/1`)).to.equal('payment_required');
      expect(await host.keyBy(`~${own}/${video.cid}/keys/0`)).to.equal('token_invalid');
    });
  });

  describe('a voucher that was claimed, which everybody reads on chain', () => {
    it('opens no unit, spends no credit and shows no voucher, however it is spelt; the key itself gets all by an empty one', async () => {
      const film = await host.packaged();
      const channel = await open();
      const first = await host.signed(channel, [[film.contentId, 2]]);
      expect(host.outcomeOf(await host.post(film, { units: [0], ...first }), film)).to.deep.equal([0]);
      const items = [{ contentId: film.contentId, units: 2n, unitPrice: PRICE }];
      const { contents, vouchers } = packBatch([
        {
          channelId: channel.channelId,
          epoch: 1n,
          seq: 0n,
          items,
          signature: Signature.from(first.signature),
        },
      ]);
      await (await host.api.as(SELLER).claim(host.seller, ZeroAddress, contents, vouchers)).wait();
      await host.api.settled();

      const compact = Signature.from(first.signature).compactSerialized;
      for (const signature of [first.signature, compact]) {
        for (const units of [[0], [1], [2]]) {
          const answer = await host.post(film, { units, ...first, signature });
          const { next_seq } = expectProblem(answer, 409, 'voucher_conflict', 'voucher');
          expect(next_seq).to.equal(1);
          for (const member of ['voucher', 'signature', 'credit'])
            expect(answer.body).to.not.have.property(member);
        }
        const shown = Buffer.from(
          JSON.stringify({
            x402Version: 2,
            accepted: { scheme: 'streamhost-channel' },
            payload: { ...first, signature },
          }),
        ).toString('base64');
        const headers = { 'payment-signature': shown };
        for (const unit of [0, 1])
          expect(await host.keyBy(`${film.cid}/keys/${unit}`, { headers })).to.equal('voucher_conflict');
      }

      const empty = await host.signed(channel, [], { seq: 1 });
      expect(host.outcomeOf(await host.post(film, { units: [0, 1], ...empty }), film)).to.deep.equal([0, 1]);
      expect(host.outcomeOf(await host.post(film, { units: [2], ...empty }), film)).to.equal(
        'payment_required',
      );
      const forged = await host.signed(channel, [], { seq: 1, signer: host.api.wallet(RIVAL) });
      expect(host.outcomeOf(await host.post(film, { units: [0], ...forged }), film)).to.equal(
        'voucher_invalid',
      );
      expect(await opened(film, channel, [2], 1, { seq: 1 })).to.deep.equal([2]);
    });
  });

  describe('minutes that a wallet has paid itself', () => {
    it('are opened one by one as they are asked for, each once, for 24 hours', async () => {
      const film = await host.packaged();
      await host.pay(film, { units: 2 });
      const token = await host.token(film);
      const keyOf = (unit: number, init?: RequestInit) =>
        host.keyBy(`~${token}/${film.cid}/keys/${unit}`, init);
      expect((await host.play(`~${token}/${film.cid}/keys/2`, { method: 'HEAD' })).status).to.equal(200);
      expect(await keyOf(0)).to.equal(film.hashes[0]);
      expect(await Promise.all([keyOf(1), keyOf(1), keyOf(0)])).to.deep.equal([
        film.hashes[1],
        film.hashes[1],
        film.hashes[0],
      ]);
      expect(await keyOf(2)).to.equal('payment_required');
      expect((await host.play(`~${token}/${film.cid}/keys/2`, { method: 'HEAD' })).status).to.equal(402);
      await host.pay(film);
      expect(await keyOf(2)).to.equal(film.hashes[2]);
    });

    it('close with a payment that a reorganisation takes back', async () => {
      const film = await host.packaged();
      await host.pay(film);
      const snapshot = await host.api.chain.provider.send('evm_snapshot', []);
      await host.pay(film);
      const token = await host.token(film);
      const keys = () => Promise.all([0, 1].map((unit) => host.keyBy(`~${token}/${film.cid}/keys/${unit}`)));
      expect(await keys()).to.deep.equal([film.hashes[0], film.hashes[1]]);
      await host.api.chain.provider.send('evm_revert', [snapshot]);
      await mine(1);
      // While the records still lag behind, nobody is told to pay again.
      const after = await eventually(keys, ([, second]) => second !== 'mirror_behind');
      expect(after).to.deep.equal([film.hashes[0], 'payment_required']);
    });
  });

  describe('whose listing it is', () => {
    it("sells nothing by a copycat's listing, whatever its price, by voucher, payment or token", async () => {
      const film = await host.packaged();
      const copied = await host.listed(film.cid, { by: RIVAL, price: 1n });
      const copy = { ...film, contentId: copied };
      const channel = await open();
      expect(await opened(copy, channel, [0], 0xffff_ffff)).to.equal('voucher_invalid');
      const body = { units: [0], ...(await host.signed(channel, [[copied, 9, 1n]])) };
      expectProblem(await host.post(film, body), 400, 'voucher_invalid', 'voucher.items');
      await host.pay(copy, { units: 9, price: 1n });
      expectProblem(await host.access(copy), 402, 'access_invalid', 'content_id');
      const { accepts } = await host.demand(film);
      expect(new Set(accepts.map(({ extra }) => extra.contentId))).to.deep.equal(new Set([film.contentId]));
      const both = await host.signed(channel, [
        [copied, 9, 1n],
        [film.contentId, 1],
      ]);
      expect(host.outcomeOf(await host.post(film, { units: [0], ...both }), film)).to.deep.equal([0]);
    });

    it('sells several listings of its creator each by its own voucher, the first that opens', async () => {
      const film = await host.packaged();
      const older = await host.listed(film.cid, { by: MAKER, at: host.api.older });
      const { accepts } = await host.demand(film);
      expect(accepts.map(({ extra }) => extra.contract)).to.have.members([
        host.contract,
        host.contract,
        host.api.older,
        host.api.older,
      ]);
      const channel = await open({ at: host.api.older });
      const signed = await host.signed(channel, [[older, 1]]);
      const answer = await host.post(film, { units: [0], ...signed, contract: host.api.older });
      expect(host.outcomeOf(answer, film)).to.deep.equal([0]);
      const atNewest = await host.post(film, { units: [0], ...signed });
      expectProblem(atNewest, 400, 'voucher_invalid', 'voucher.channelId');
    });

    it('promises what the metadata of the listing does: cap_units', async () => {
      const film = await host.packaged();
      const capped = await host.listed(film.cid, { at: host.api.older, metadata: '{"cap_units":2}' });
      const channel = await open({ at: host.api.older });
      const cheap = { ...film, contentId: capped };
      const buy = async (units: number[], paid: number) => {
        const signed = await host.signed(channel, [[capped, paid]]);
        return host.outcomeOf(await host.post(film, { units, ...signed, contract: host.api.older }), cheap);
      };
      expect(await buy([0, 1, 2], 1)).to.equal('payment_required');
      expect(await buy([0, 1, 2], 2)).to.deep.equal([0, 1, 2]);
    });
  });

  describe('by the view, and the day', () => {
    for (const unit of ['view', 'day']) {
      it(`opens all units for one: ${unit}`, async () => {
        const film = await host.packaged({ unit });
        const channel = await open();
        expect(await opened(film, channel, [0], 0)).to.equal('voucher_invalid');
        const first = await host.buy(film, channel, [1], 1);
        expect(host.outcomeOf(first, film)).to.deep.equal([1]);
        expect(await opened(film, channel, [0, 1, 2], 1)).to.deep.equal([0, 1, 2]);
        await host.pay(film, { by: OTHER_VIEWER });
        const token = await host.token(film, { by: OTHER_VIEWER });
        expect(await host.keyBy(`~${token}/${film.cid}/keys/2`)).to.equal(film.hashes[2]);
      });
    }
  });

  describe('the deposit', () => {
    it('402 deposit_too_low where vouchers promise more, sealed ones included', async () => {
      const channel = await open({ amount: 2n * PRICE });
      expect(await opened(video, channel, [0, 1, 2], 3)).to.equal('deposit_too_low');
      expect(await opened(video, channel, [0], 1)).to.deep.equal([0]);
      const key = { ...channel, contract: host.contract.toLowerCase(), seq: 0 };
      await host.api.deps.book.moveVoucher(key, { from: ['open'], to: 'sealed', nowSec: host.nowSec() });
      expect(await opened(video, channel, [1, 2], 2, { seq: 1 })).to.equal('deposit_too_low');
      expect(await opened(video, channel, [1], 1, { seq: 1 })).to.deep.equal([1]);
    });

    it('402 withdrawal_pending once the viewer has asked for it back; what is paid is served', async () => {
      const channel = await open();
      await host.buy(video, channel, [0], 2);
      const salt = zeroPadValue(`0x${salts.toString(16).padStart(4, '0')}`, 32);
      const config = {
        viewer: channel.viewer,
        provider: host.seller,
        token: ZeroAddress,
        authorizer: channel.key.address,
        salt,
      };
      await (
        await host.api.as(VIEWER).initiateWithdraw(host.seller, ZeroAddress, channel.key.address, salt)
      ).wait();
      await host.api.settled();
      expect(await opened(video, channel, [2], 3)).to.deep.equal([2]);
      expect(await opened(video, channel, [1], 3)).to.equal('withdrawal_pending');
      expect(await opened(video, channel, [0], 3)).to.deep.equal([0]);
      await host.api.increaseTime(11);
      await (await host.api.as(VIEWER).finalizeWithdraw(config)).wait();
      await host.api.settled();
      expect(await opened(video, channel, [0], 2)).to.equal('voucher_invalid');
      const token = await host.token(video, { channel });
      expect(await host.keyBy(`~${token}/${video.cid}/keys/0`)).to.equal(video.hashes[0]);
    });

    it('that a reorganisation takes: what is open stays open, and nothing more is sold until it is back', async () => {
      const snapshot = await host.api.chain.provider.send('evm_snapshot', []);
      const channel = await open();
      const { headers } = await host.play(`${video.cid}/keys/0`, {
        headers: { 'payment-signature': await host.payment(channel, [[video.contentId, 3]]) },
      });
      await host.api.chain.provider.send('evm_revert', [snapshot]);
      await mine(1);
      expect(await opened(video, channel, [0], 3)).to.deep.equal([0]);
      const again = await host.play(`${video.cid}/keys/0`, {
        headers: { 'payment-signature': await host.payment(channel, [[video.contentId, 3]]) },
      });
      expect(payerIn(again.headers)).to.equal(payerIn(headers)).and.to.equal(channel.viewer.toLowerCase());
      expectProblem(await host.buy(video, channel, [0, 1], 3), 503, 'mirror_behind', 'voucher');
      // Without the records nobody knows whose the key of another signature is.
      expect(await opened(video, channel, [0], 4)).to.equal('voucher_invalid');
      const signer = Wallet.createRandom();
      expect(await opened(video, channel, [0], 3, { signer })).to.equal('voucher_invalid');
      const same = zeroPadValue(`0x${salts.toString(16).padStart(4, '0')}`, 32);
      await (
        await host.api
          .as(VIEWER)
          .open(host.seller, ZeroAddress, channel.key.address, same, PRICE, { value: PRICE })
      ).wait();
      await host.api.settled();
      expect(await opened(video, channel, [0], 3)).to.deep.equal([0]);
      expect(await opened(video, channel, [1], 3)).to.equal('deposit_too_low');
      const config = {
        viewer: channel.viewer,
        provider: host.seller,
        token: ZeroAddress,
        authorizer: channel.key.address,
        salt: same,
      };
      await (await host.api.as(VIEWER).deposit(config, 2n * PRICE, { value: 2n * PRICE })).wait();
      await host.api.settled();
      expect(await opened(video, channel, [1], 3)).to.deep.equal([1]);
    });

    it('402 deposit_unconfirmed: one that is not final buys a few units, until it is', async () => {
      const slow = await startSelling({ confirmations: 3, env: { UNCONFIRMED_UNITS: '2' } });
      try {
        const film = await slow.packaged();
        const [channel, small] = [
          await slow.open(),
          await slow.open({ by: OTHER_VIEWER, amount: 10n * PRICE }),
        ];
        expect((await slow.demand(film)).accepts[0]?.extra).to.deep.include({ unconfirmedUnits: 2 });
        const buy = async (by: Channel, units: number[], paid: number) =>
          slow.outcomeOf(await slow.buy(film, by, units, paid), film);
        expect(await buy(channel, [0, 1, 2], 3)).to.equal('deposit_unconfirmed');
        expect(await buy(channel, [0, 1], 2)).to.deep.equal([0, 1]);
        expect(await buy(small, [0, 1], 2)).to.equal('deposit_unconfirmed');
        expect(await buy(small, [0], 1)).to.deep.equal([0]);
        for (let block = 0; block < 4; block++) await slow.api.chain.provider.send('evm_mine', []);
        await slow.api.settled();
        expect(await buy(channel, [0, 1, 2], 3)).to.deep.equal([0, 1, 2]);
      } finally {
        await slow.stop();
      }
    });
  });

  it('503 mirror_behind by records that are older than a quarter of the withdrawal delay; serves what is open', async () => {
    const channel = await open();
    await host.buy(video, channel, [0], 1);
    const { chain } = host.api.deps;
    const { status } = chain;
    const { nowSec } = host.api.deps;
    try {
      chain.status = () => ({ ...status(), synced: false });
      const behind = await host.buy(video, channel, [1], 2);
      expect(host.outcomeOf(behind, video)).to.deep.equal([1]); // For a moment.
      await host.moveTo(nowSec() + 4);
      const late = await host.buy(video, channel, [2], 3);
      expectProblem(late, 503, 'mirror_behind', 'voucher');
      expect(late.headers.get('retry-after')).to.equal('2');
      const { parts } = (await host.api.get('/readyz')).body as { parts: Record<string, object> };
      expect(parts.sales, 'it says no other').to.include({ state: 'degraded' });
      expect(await opened(video, channel, [0, 1], 3)).to.deep.equal([0, 1]);
    } finally {
      chain.status = status;
    }
    expect(await opened(video, channel, [2], 3)).to.deep.equal([2]);
  });

  it('402 price_changed while somebody watches: the old price for a minute more, then the new one by the next voucher', async () => {
    const film = await host.packaged();
    const channel = await open();
    const higher = 2n * PRICE;
    await host.buy(film, channel, [0], 1);
    await (await host.api.as(MAKER).scheduleTerms(film.contentId, higher, 3_000, 1)).wait();
    const inForce = (await host.headSec()) + 20;
    await host.moveTo(inForce + 30);
    expect(await opened(film, channel, [1], 2)).to.deep.equal([1]);
    await host.moveTo(inForce + 90);
    const old = await host.buy(film, channel, [2], 3);
    const { next_seq } = expectProblem(old, 402, 'price_changed', 'voucher');
    expect(demanded(old.headers).accepts[0]).to.include({ amount: String(higher) });
    const next = {
      units: [2],
      ...(await host.signed(channel, [[film.contentId, 1, higher]], { seq: Number(next_seq) })),
    };
    expect(host.outcomeOf(await host.post(film, next), film)).to.deep.equal([2]);
    const kept = await Promise.all(
      [0, 1].map((seq) =>
        host.api.deps.book.voucher({ ...channel, contract: host.contract.toLowerCase(), seq }),
      ),
    );
    expect(kept.map((one) => one && [one.state, one.total])).to.deep.equal([
      ['sealed', 2n * PRICE],
      ['open', higher],
    ]);
  });

  it('410 content_retired for new units; what is open, and what is paid, is served', async () => {
    const film = await host.packaged();
    const channel = await open();
    await host.buy(film, channel, [0], 2);
    await (await host.api.as(MAKER).retire(film.contentId)).wait();
    await host.moveTo((await host.headSec()) + 25);
    expect(await opened(film, channel, [0], 2)).to.deep.equal([0]);
    expect(await opened(film, channel, [1], 2)).to.deep.equal([1]);
    const refused = await host.buy(film, channel, [2], 3);
    expectProblem(refused, 410, 'content_retired', 'voucher');
    expect(await host.keyBy(`${film.cid}/keys/2`)).to.equal('content_retired');
  });

  it('ends with the stream: who has opened something has it no longer here', async () => {
    const film = await host.packaged();
    const channel = await open();
    await host.buy(film, channel, [0], 1);
    await (await host.api.as(SELLER).deregisterStream(film.contentId)).wait();
    await host.api.settled();
    expect(await opened(film, channel, [0], 1)).to.equal('not_offered');
  });

  it('sells again what was open a day before', async () => {
    const film = await host.packaged();
    const channel = await open();
    await host.buy(film, channel, [0], 1);
    await host.moveTo(host.nowSec() + DAY - 60);
    expect(await opened(film, channel, [0], 1)).to.deep.equal([0]);
    await host.moveTo(host.nowSec() + 120);
    expect(await opened(film, channel, [0], 1)).to.equal('payment_required');
    expect(await opened(film, channel, [0], 2)).to.deep.equal([0]);
  });
});
