import { expect } from 'chai';
import { id, parseEther, Signature, toBeHex, Wallet, ZeroAddress } from 'ethers';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { Submitter } from '../../../indexer/relay/submit.ts';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { testWallet } from '../../wallets.ts';
import { expectProblem, OTHER, PROVIDER } from './api.ts';
import {
  AMOUNT,
  type ChannelMoney,
  type DepositToSign,
  MINIMUM,
  signDeposit,
  startChannelMoney,
} from './channel-money.ts';

type Fields = Record<string, unknown>;
interface Sent {
  from: string;
  to: string;
  data: string;
  value: string;
}

const CANCELLATION = {
  CancelAuthorization: [
    { name: 'authorizer', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
};

describe('POST /channels', () => {
  let on: ChannelMoney;
  before(async () => {
    on = await startChannelMoney();
  });
  after(() => on.api.stop());

  /** Expects that a request is refused, and that nothing at all has changed by it. */
  async function refused(body: Fields, status: number, code: Code, field: string | undefined) {
    await on.api.settled();
    const before = await on.api.state();
    const answer = expectProblem(await on.deposit(body), status, code, field);
    expect(await on.api.state()).to.deep.equal(before);
    return answer;
  }
  /** A wallet with coin for gas sends what an answer shows. */
  async function sentBy(wallet: Wallet, { approval, transaction }: Fields): Promise<void> {
    for (const each of [approval, transaction].filter((shown) => shown !== undefined)) {
      const { from, to, data, value } = each as Sent;
      expect(from).to.equal(wallet.address);
      expect((await (await wallet.sendTransaction({ to, data, value })).wait())?.status).to.equal(1);
    }
  }
  const funded = async () => {
    const viewer = await on.viewerWith();
    await (await on.api.wallet(0).sendTransaction({ to: viewer.address, value: parseEther('1') })).wait();
    return viewer;
  };

  it('opens a channel for a viewer that never sends a transaction, and adds to it', async () => {
    const viewer = await on.viewerWith();
    const request = await on.signed(viewer);
    const first = await on.deposit(request);
    expect(first.status).to.equal(201);
    expect(first.body.message).to.equal('The channel is open.');
    const { channel_id, ...channel } = first.body.channel as Fields;
    expect(channel).to.include({
      viewer_wallet: viewer.address,
      provider_wallet: PROVIDER,
      authorizer: testWallet(8).address,
      token: on.tokenAddress,
      deposit_base_units: AMOUNT.toString(),
      epoch: 1,
      withdrawable_at: null,
    });
    const read = (await on.api.get(`/channels/${channel_id}`)).body.channels;
    expect(read).to.deep.equal([first.body.channel]);

    const before = await on.api.head();
    const again = await on.deposit(request);
    expect(again.status).to.equal(200);
    expect(again.body.channel).to.deep.equal(first.body.channel);
    expect(await on.api.head()).to.equal(before);

    const more = await on.deposit(await on.signed(viewer));
    expect(more.status).to.equal(200);
    expect(more.body.channel).to.include({ channel_id, deposit_base_units: (AMOUNT * 2n).toString() });
    expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
  });

  it('asks the chain for a few transactions where the same amount came in many times', async () => {
    const viewer = await on.viewerWith();
    const request = await on.signed(viewer);
    const { channel_id } = (await on.deposit(request)).body.channel as Fields;
    const { store } = on.api.deps;
    const { channelEvents } = store;
    const { provider } = on.api.chain;
    const { getTransactionReceipt } = provider;
    const looked: string[] = [];
    const late = Number(request.valid_before);
    let looksWanted = 10;
    try {
      provider.getTransactionReceipt = async (hash) => {
        looked.push(hash);
        return await getTransactionReceipt.call(provider, hash);
      };
      // What came in when the authorisation was over, and others like it.
      store.channelEvents = async (row, limit) => {
        const own = await channelEvents(row, limit);
        const like = own.find(({ kind }) => kind === 'deposited');
        if (!like) throw new Error(`${channel_id} has no deposit`);
        const others = (count: number, more: object) =>
          Array.from({ length: count }, () => ({ ...like, txHash: id('another'), ...more }));
        return [...others(500, { timestampSec: late }), ...others(looksWanted - 1, {}), ...own];
      };
      expect((await on.deposit(request)).status).to.equal(200);
      expect(looked.splice(0)).to.have.length(looksWanted);
      looksWanted = 400;
      expectProblem(await on.deposit(request), 409, 'nonce_used', 'authorization_salt');
      expect(looked).to.have.length(10);
    } finally {
      store.channelEvents = channelEvents;
      provider.getTransactionReceipt = getTransactionReceipt;
    }
  });

  it('sends the same call once, however often it comes at a time', async () => {
    const request = await on.signed(await on.viewerWith());
    const before = await on.operatorSent();
    const answers = await Promise.all([1, 2, 3].map(() => on.deposit(request)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201]);
    expect(await on.operatorSent()).to.equal(before + 1);
  });

  it('brings in two deposits for a channel that is not there yet one after the other', async () => {
    const viewer = await on.viewerWith();
    const requests = [await on.signed(viewer), await on.signed(viewer)];
    const answers = await Promise.all(requests.map((request) => on.deposit(request)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 201]);
    const [{ channel_id }] = answers.map(({ body }) => body.channel) as [{ channel_id: string }];
    const [{ deposit_base_units }] = (await on.api.get(`/channels/${channel_id}`)).body.channels as [Fields];
    expect(deposit_base_units).to.equal((AMOUNT * 2n).toString());
  });

  it('is made by pages of any origin, without credentials, as what they play is', async () => {
    const viewer = await on.viewerWith();
    const origin = 'https://elsewhere.example.org';
    for (const path of ['/channels', `/channels/${toBeHex(1, 32)}/exit`]) {
      const asked = { origin, 'access-control-request-method': 'POST' };
      const { status, headers } = await fetch(on.api.url + path, { method: 'OPTIONS', headers: asked });
      expect([status, headers.get('access-control-allow-origin')]).to.deep.equal([204, '*']);
      expect(headers.get('access-control-allow-credentials')).to.equal(null);
    }
    const { status, headers } = await on.api.post('/channels', await on.signed(viewer), { origin });
    expect([status, headers.get('access-control-allow-origin')]).to.deep.equal([201, '*']);
  });

  it('ends a withdrawal in progress, as a deposit of the viewer does', async () => {
    const viewer = await funded();
    const { channel_id } = await on.opened(viewer);
    const { salt, authorizer } = on.bodyOf(viewer) as { salt: string; authorizer: string };
    await on.api.as(0).connect(viewer).initiateWithdraw(PROVIDER, on.tokenAddress, authorizer, salt);
    await on.api.settled();
    const { body } = await on.deposit(await on.signed(viewer));
    expect(body.channel).to.include({ channel_id, withdrawable_at: null });
  });

  it('without a signature shows what to sign, and what to send instead', async () => {
    const viewer = await funded();
    const shown = await refused(on.bodyOf(viewer), 401, 'signature_required', 'signature');
    expect(shown.relayed).to.equal(true);
    const { typed_data } = shown as unknown as DepositToSign;
    expect(typed_data.domain).to.deep.equal({
      name: 'Test token',
      version: '1',
      chainId: 31_337,
      verifyingContract: on.tokenAddress,
    });
    const [from, to] = [viewer.address, on.api.chain.facts.contract].map((each) => each.toLowerCase());
    expect(typed_data.message).to.include({ from, to, value: AMOUNT.toString() });
    await sentBy(viewer, shown);
    await on.api.settled();
    const { channels } = (await on.api.get(`/wallets/${viewer.address}/channels`)).body;
    expect(channels).to.have.length(1);
    // Now it is open: the way to send it oneself is another call.
    await sentBy(viewer, await refused(on.bodyOf(viewer), 401, 'signature_required', 'signature'));
  });

  describe('refuses before any gas is spent', () => {
    it('a signature of somebody else, for another chain, contract or token, or over anything else', async () => {
      const viewer = await on.viewerWith();
      const body = on.bodyOf(viewer);
      const shown = (await on.deposit(body)).body as unknown as DepositToSign;
      const stranger = new Wallet(Wallet.createRandom().privateKey);
      for (const [signer, forged] of [
        [stranger, {}],
        [viewer, { domain: { chainId: 1 } }],
        [viewer, { domain: { verifyingContract: OTHER } }],
        [viewer, { domain: { name: 'USD Coin' } }],
        [viewer, { domain: { version: '2' } }],
        [viewer, { message: { to: on.api.older } }],
        [viewer, { message: { value: '1' } }],
        [viewer, { message: { validBefore: '5' } }],
        [viewer, { message: { nonce: toBeHex(5, 32) } }],
      ] as const) {
        const request = { ...body, ...(await signDeposit(signer, shown, forged)) };
        const again = await refused(request, 401, 'signature_invalid', 'signature');
        expect(again.typed_data, JSON.stringify(forged)).to.have.property('domain');
      }
    });

    it('anything else than was signed', async () => {
      const viewer = await on.viewerWith();
      const request = await on.signed(viewer);
      for (const change of [
        { viewer: OTHER },
        { authorizer: OTHER },
        { salt: toBeHex(1, 32) },
        { amount: (AMOUNT + 1n).toString() },
        { valid_after: '1' },
        { valid_before: String(Number(request.valid_before) - 1) },
        { authorization_salt: toBeHex(1, 32) },
      ]) {
        await refused({ ...request, ...change }, 401, 'signature_invalid', 'signature');
      }
    });

    it('the signature without what was signed with it', async () => {
      const request = await on.signed(await on.viewerWith());
      for (const name of ['valid_after', 'valid_before', 'authorization_salt', 'signature']) {
        await refused({ ...request, [name]: undefined }, 400, 'missing_field', name);
      }
    });

    it('what is not good yet, good for too long, or over', async () => {
      const viewer = await on.viewerWith();
      const now = Math.floor(Date.now() / 1_000);
      const at = async (times: { validAfter?: string; validBefore?: string }) => {
        const body = on.bodyOf(viewer);
        const shown = (await on.deposit(body)).body as unknown as DepositToSign;
        const { validAfter: valid_after, validBefore: valid_before } = times;
        const fields = {
          ...(valid_after !== undefined && { valid_after }),
          ...(valid_before !== undefined && { valid_before }),
        };
        return {
          ...body,
          ...(await signDeposit(viewer, shown, { message: times as Record<string, string> })),
          ...fields,
        };
      };
      const late = await at({ validAfter: String(now + 300) });
      await refused(late, 400, 'authorization_too_early', 'valid_after');
      const long = await at({ validBefore: String(now + 900) });
      await refused(long, 400, 'authorization_too_long', 'valid_before');
      for (const leftSec of [-1, 20]) {
        const over = await at({ validBefore: String(now + leftSec) });
        await refused(over, 401, 'signature_expired', 'valid_before');
      }
    });

    it('an authorisation that its viewer has cancelled, though the same amount came in before', async () => {
      const viewer = await funded();
      await on.opened(viewer);
      const body = on.bodyOf(viewer);
      const shown = (await on.deposit(body)).body as unknown as DepositToSign;
      const request = { ...body, ...(await signDeposit(viewer, shown)) };
      const { domain, message } = shown.typed_data;
      const cancelled = { authorizer: viewer.address, nonce: message.nonce };
      const { v, r, s } = Signature.from(await viewer.signTypedData(domain, CANCELLATION, cancelled));
      const token = on.token.connect(viewer);
      await (await token.cancelAuthorization(viewer, String(message.nonce), v, r, s)).wait();
      await refused(request, 409, 'nonce_used', 'authorization_salt');
    });

    it("what is too small, of a coin or for a provider that is not this host's, and shows how to send it", async () => {
      const viewer = await funded();
      const unknown = await new TestToken__factory(on.api.wallet(0)).deploy();
      const foreign = await unknown.getAddress();
      const small = await refused(
        on.bodyOf(viewer, { amount: (MINIMUM - 1n).toString() }),
        402,
        'deposit_too_small',
        'amount',
      );
      expect(small).to.include({ min_base_units: MINIMUM.toString(), example: MINIMUM.toString() });
      await sentBy(viewer, small);
      const elsewhere = await refused(
        on.bodyOf(viewer, { provider: OTHER }),
        403,
        'relay_not_allowed',
        'provider',
      );
      expect(elsewhere.example).to.equal(PROVIDER);
      await sentBy(viewer, elsewhere);
      for (const token of [foreign, ZeroAddress]) {
        await refused(on.bodyOf(viewer, { token }), 403, 'relay_not_allowed', 'token');
      }
      const native = await refused(
        on.bodyOf(viewer, { token: ZeroAddress }),
        403,
        'relay_not_allowed',
        'token',
      );
      await sentBy(viewer, native);
      // Signed or not.
      const request = { ...(await on.signed(viewer)), amount: '1' };
      await refused(request, 402, 'deposit_too_small', 'amount');
    });

    it('nothing where it is unknown what became of the call: that is no refusal', async () => {
      const { submitOnce } = Submitter.prototype;
      Submitter.prototype.submitOnce = async () => null;
      try {
        await refused(await on.signed(await on.viewerWith()), 503, 'unavailable', undefined);
      } finally {
        Submitter.prototype.submitOnce = submitOnce;
      }
    });

    it('what the token refuses, in its words', async () => {
      const poor = await on.viewerWith(AMOUNT - 1n);
      const request = await on.signed(poor);
      await refused(request, 409, 'contract_refused', undefined);
    });
  });
});
