import { expect } from 'chai';
import { parseEther, type Wallet, ZeroAddress, ZeroHash } from 'ethers';
import type { ToSign } from '../../../indexer/contract/calls/wallet-calls.ts';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { testWallet } from '../../wallets.ts';
import { expectProblem, OTHER, PROVIDER } from './api.ts';
import { AMOUNT, type ChannelMoney, MINIMUM, startChannelMoney } from './channel-money.ts';
import { EXIT_FAULTS } from './faults.ts';
import { authorize, type Forgery } from './signing.ts';

type Fields = Record<string, unknown>;

const EXIT = { nonce: '1', deadline: '1795570351', signature: `0x${'5a'.repeat(65)}` };
const DELAY_SEC = 11;
const AUTHORIZER = testWallet(8).address;

describe('POST /channels/{id}/exit', () => {
  let on: ChannelMoney;
  before(async () => {
    on = await startChannelMoney();
  });
  after(() => on.api.stop());

  const exit = (id: string, body: Fields = {}) => on.api.post(`/channels/${id}/exit`, body);
  /** What the viewer signs so that the host begins the withdrawal, or ends it. */
  async function signed(
    viewer: Wallet,
    id: string,
    body: Fields = {},
    forged: Forgery = {},
  ): Promise<Fields> {
    const { typed_data } = (await exit(id, body)).body as unknown as ToSign;
    return { ...body, ...(await authorize(viewer, typed_data, forged)) };
  }
  async function opened(amount = AMOUNT) {
    const viewer = await on.viewerWith(amount);
    const { channel_id: id } = await on.opened(viewer, { amount: amount.toString() });
    return { viewer, id };
  }
  async function left() {
    const { viewer, id } = await opened();
    expect((await exit(id, await signed(viewer, id))).status).to.equal(200);
    return { viewer, id };
  }
  const channelOf = (viewer: Wallet) => ({
    viewer: viewer.address,
    provider: PROVIDER,
    token: on.tokenAddress,
    authorizer: AUTHORIZER,
    salt: ZeroHash,
  });
  async function refused(id: string, body: Fields, status: number, code: Code, field?: string) {
    await on.api.settled();
    const before = await on.api.state();
    const answer = expectProblem(await exit(id, body), status, code, field);
    expect(await on.api.state()).to.deep.equal(before);
    return answer;
  }

  it('begins the withdrawal on the signature of the viewer, once, and brings the rest back after the delay', async () => {
    const { viewer, id } = await opened();
    const request = await signed(viewer, id);
    const sentBefore = await on.operatorSent();
    const answers = await Promise.all([1, 2, 3].map(() => exit(id, request)));
    for (const { status, body } of answers) {
      expect(status).to.equal(200);
      expect(body.message).to.equal('The withdrawal has begun.');
      expect((body.channel as Fields).withdrawable_at).to.be.a('string');
    }
    expect(await on.operatorSent()).to.equal(sentBefore + 1);

    const early = await refused(id, { finalize: true }, 409, 'contract_refused');
    expect(early.error_name).to.equal('WithdrawTooEarly');
    await on.api.increaseTime(DELAY_SEC);
    const finished = await Promise.all([1, 2].map(() => exit(id, { finalize: true })));
    for (const { status, body } of finished) {
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.channel).to.include({ deposit_base_units: '0', epoch: 2, withdrawable_at: null });
    }
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT);
    expect((await exit(id, { finalize: true })).status).to.equal(200);
    expect(await on.operatorSent()).to.equal(sentBefore + 2);
    expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
  });

  it('ends the withdrawal on another signature; the first is used up then', async () => {
    const { viewer, id } = await opened();
    const leaving = await signed(viewer, id);
    await exit(id, leaving);
    const staying = await exit(id, await signed(viewer, id, { cancel: true }));
    expect(staying.body.message).to.equal('The deposit stays in the channel.');
    expect(staying.body.channel).to.include({ withdrawable_at: null, deposit_base_units: AMOUNT.toString() });
    await refused(id, leaving, 409, 'nonce_used', 'nonce');
    const again = await refused(id, await signed(viewer, id, { cancel: true }), 409, 'contract_refused');
    expect(again.error_name).to.equal('WithdrawNotInitiated');
  });

  it('pays out what the provider has released, and what somebody else has finalized', async () => {
    const released = await opened();
    await on.api.as(2).release(channelOf(released.viewer));
    const finalized = await left();
    await on.api.increaseTime(DELAY_SEC);
    await on.api.as(4).finalizeWithdraw(channelOf(finalized.viewer));
    for (const { viewer, id } of [released, finalized]) {
      expect((await exit(id, { finalize: true })).status).to.equal(200);
      expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT);
      expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
    }
  });

  it('does all of it at an older deployment as well', async () => {
    const viewer = await on.viewerWith();
    await (await on.api.wallet(0).sendTransaction({ to: viewer.address, value: parseEther('1') })).wait();
    const older = on.api.as(0, on.api.older).connect(viewer);
    await (await on.token.connect(viewer).approve(on.api.older, AMOUNT)).wait();
    await (await older.open(PROVIDER, on.tokenAddress, AUTHORIZER, ZeroHash, AMOUNT)).wait();
    await on.api.settled();
    const id = await older.channelIdOf(channelOf(viewer));
    const contract = on.api.older;
    const { status, body } = await exit(id, await signed(viewer, id, { contract }));
    expect(status).to.equal(200);
    expect(body.channel).to.include({ contract });
    await on.api.increaseTime(DELAY_SEC);
    expect((await exit(id, { contract, finalize: true })).status).to.equal(200);
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT * 10n);
  });

  it('without a signature shows what to sign, and what to send instead', async () => {
    const { viewer, id } = await opened();
    const shown = await refused(id, {}, 401, 'signature_required', 'signature');
    expect(shown.relayed).to.equal(true);
    const { typed_data, transaction } = shown as unknown as ToSign;
    expect(typed_data.primaryType).to.equal('InitiateWithdraw');
    expect(typed_data.message.viewer).to.equal(viewer.address.toLowerCase());
    await (await on.api.wallet(0).sendTransaction({ to: viewer.address, value: parseEther('1') })).wait();
    const { to, data } = transaction;
    expect((await (await viewer.sendTransaction({ to, data })).wait())?.status).to.equal(1);
    expect((await on.api.as(0).channelOf(channelOf(viewer))).withdrawableAtSec).to.be.above(0n);
    const stay = await refused(id, { cancel: true }, 401, 'signature_required', 'signature');
    expect((stay as unknown as ToSign).typed_data.primaryType).to.equal('CancelWithdraw');
  });

  it('refuses, before any gas is spent, a signature that is not of the viewer over just this', async () => {
    const { viewer, id } = await opened();
    const other = await opened();
    const invalid = async (body: Fields, at = id) => refused(at, body, 401, 'signature_invalid', 'signature');
    await invalid(await signed(other.viewer, id));
    await invalid(await signed(viewer, id, {}, { domain: { chainId: 1 } }));
    await invalid(await signed(viewer, id, {}, { domain: { verifyingContract: on.api.older } }));
    const request = await signed(viewer, id);
    await invalid(request, other.id);
    await invalid({ ...request, cancel: true });
    await invalid({ ...request, nonce: '5' });
    await invalid({ ...request, deadline: String(Number(request.deadline) + 1) });
    const late = await signed(
      viewer,
      id,
      {},
      { message: { deadline: String(Math.floor(Date.now() / 1_000) + 20) } },
    );
    await refused(id, late, 401, 'signature_expired', 'deadline');
    await refused(id, { ...request, signature: undefined }, 400, 'missing_field', 'signature');
  });

  it('refuses to finish what nobody has begun, and what contradicts itself', async () => {
    const { viewer, id } = await opened();
    const nothing = await refused(id, { finalize: true }, 409, 'contract_refused');
    expect(nothing.error_name).to.equal('WithdrawNotInitiated');
    await refused(id, { finalize: true, cancel: true }, 400, 'invalid_field', 'finalize');
    const request = await signed(viewer, id);
    await refused(id, { ...request, finalize: true }, 400, 'invalid_field', 'finalize');
  });

  for (const [name, change, code, field] of EXIT_FAULTS) {
    it(`refuses ${name} as ${field}`, async () => {
      await refused(ZeroHash, { ...EXIT, ...change }, 400, code, field);
    });
  }

  it('knows no channel that was not opened there', async () => {
    const { id } = await opened();
    await refused(ZeroHash, {}, 404, 'unknown_channel', 'id');
    await refused(id, { contract: on.api.older }, 404, 'unknown_channel', 'id');
  });

  it("pays no gas for another provider's channel, nor for another coin, and shows the transaction", async () => {
    const viewer = on.api.as(3);
    const value = parseEther('1');
    const open = async (provider: string) => {
      const of = [provider, ZeroAddress, AUTHORIZER, ZeroHash] as const;
      await viewer.open(...of, value, { value });
      const [, token, authorizer, salt] = of;
      return viewer.channelIdOf({ viewer: testWallet(3).address, provider, token, authorizer, salt });
    };
    const ids = [await open(OTHER), await open(PROVIDER)];
    await on.api.settled();
    for (const id of ids) {
      const { transaction } = await refused(id, {}, 403, 'relay_not_allowed', 'id');
      const { to, data } = transaction as { to: string; data: string };
      expect((await (await on.api.wallet(3).sendTransaction({ to, data })).wait())?.status).to.equal(1);
    }
  });

  it('pays no gas for what is not worth it, on the way back a twentieth of a deposit', async () => {
    const { viewer, id } = await opened(MINIMUM);
    const begun = await signed(viewer, id);
    expect((await exit(id, begun)).status).to.equal(200);
    await on.spend(id, MINIMUM - MINIMUM / 20n + 1n);
    // What has been done is done all the same, and shown to who asks for it again.
    expect((await exit(id, begun)).status).to.equal(200);
    await on.api.increaseTime(DELAY_SEC);
    const late = await refused(id, { finalize: true }, 402, 'deposit_too_small', 'id');
    const { to, data } = late.transaction as { to: string; data: string };
    await (await on.api.wallet(4).sendTransaction({ to, data })).wait();
    expect(await on.token.balanceOf(viewer)).to.equal(MINIMUM / 20n - 1n);
  });

  it('begins no withdrawal that is not worth it', async () => {
    const { id } = await opened(MINIMUM);
    await on.spend(id, MINIMUM - MINIMUM / 20n + 1n);
    const shown = await refused(id, {}, 402, 'deposit_too_small', 'id');
    expect(shown.min_base_units).to.equal((MINIMUM / 20n).toString());
    expect(shown).to.have.property('transaction');
  });
});

describe('POST /channels/{id}/exit, by the settings,', () => {
  let on: ChannelMoney;
  afterEach(() => on.api.stop());
  const exit = (id: string, body: Fields = {}) => on.api.post(`/channels/${id}/exit`, body);

  it('takes half of the gas of a day at most, and shows the transaction to send', async () => {
    on = await startChannelMoney({ relay: { gasPerDay: 480_000n } });
    const viewer = await on.viewerWith();
    const { channel_id: id } = await on.opened(viewer);
    const { typed_data } = (await exit(id)).body as unknown as ToSign;
    const before = await on.operatorSent();
    const request = await authorize(viewer, typed_data);
    // A second deposit takes what the way back would need.
    expect((await on.deposit(await on.signed(viewer))).status).to.equal(200);
    const answer = await exit(id, request);
    const body = expectProblem(answer, 503, 'relay_budget');
    expect(body.transaction).to.include({ from: viewer.address, to: on.api.chain.facts.contract });
    expect(await on.operatorSent()).to.equal(before + 1);
  });

  it('on the embedded chain begins and ends it for the wallet named, unsigned', async () => {
    on = await startChannelMoney({ remote: false });
    const viewer = await on.viewerWith();
    const { channel_id: id } = await on.opened(viewer);
    expect(((await exit(id)).body.channel as Fields).withdrawable_at).to.be.a('string');
    expect((await exit(id, { cancel: true })).body.channel).to.include({ withdrawable_at: null });
    await exit(id);
    await on.api.increaseTime(DELAY_SEC);
    expect((await exit(id, { finalize: true })).body.channel).to.include({ deposit_base_units: '0' });
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT * 10n);
  });
});
