import { expect } from 'chai';
import { AbiCoder, keccak256, parseEther, toBeHex, Wallet, ZeroAddress } from 'ethers';
import type { StoredVoucher, VoucherKey } from '../../../../indexer/store/book/vouchers.ts';
import { domainOf } from '../../../contracts/signed.ts';
import { signVoucher } from '../../../contracts/vouchers.ts';
import { eventually } from '../../../until.ts';
import { type Api, startApi } from '../../http/api.ts';

const PRICE = parseEther('0.001');
const [OPERATOR, CREATOR, VIEWER] = [0, 1, 3];
const KEY = new Wallet(keccak256('0x01'));

/** A voucher of a viewer, for a content that the host itself sells; kept as a sale keeps it. */
async function sold(
  api: Api,
  provider: string,
): Promise<VoucherKey & { named: [string, string, string, string] }> {
  const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
  const publication = { cid, token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: 3_000 };
  await (await api.as(CREATOR).publish({ ...publication, unit: 0, name: 'A film', metadata: '' })).wait();
  const contentId = await api.as(CREATOR).contentIdOf(api.wallet(CREATOR).address, ZeroAddress, cid);
  const named: [string, string, string, string] = [provider, ZeroAddress, KEY.address, toBeHex(7, 32)];
  await (await api.as(VIEWER).open(...named, 9n * PRICE, { value: 9n * PRICE })).wait();
  const types = ['address', 'address', 'address', 'address', 'bytes32'];
  const channelId = keccak256(
    AbiCoder.defaultAbiCoder().encode(types, [api.wallet(VIEWER).address, ...named]),
  );
  const { contract, chainId } = api.chain.facts;
  const { signature } = await signVoucher(KEY, domainOf(contract, BigInt(chainId)), {
    ...{ channelId, epoch: 1n, seq: 0n, items: [{ contentId, units: 4n, unitPrice: PRICE }] },
  });
  const key = { contract: contract.toLowerCase(), channelId, epoch: 1, seq: 0 };
  const voucher = {
    ...{ ...key, provider: provider.toLowerCase(), token: ZeroAddress, total: 4n * PRICE },
    ...{ items: [{ contentId, units: 4, unitPrice: PRICE }], signature: signature.serialized, digest: '0x' },
  };
  const of = { voucher: key, scope: 's', contentId, nowSec: Math.floor(Date.now() / 1000) };
  await api.deps.book.sell(of, () => ({ answer: null, voucher }));
  await api.settled();
  return { ...key, named };
}

describe('a host', () => {
  let api: Api | undefined;
  afterEach(() => api?.stop());

  const state = (host: Api, key: VoucherKey, done: (voucher: StoredVoucher | null) => boolean) =>
    eventually(20_000, () => host.deps.book.voucher(key), done);

  it('claims by itself what its provider is about to lose', async () => {
    api = await startApi({ remote: true });
    const key = await sold(api, api.wallet(OPERATOR).address);
    await (await api.as(VIEWER).initiateWithdraw(...key.named)).wait();
    const voucher = await state(api, key, (found) => found?.state === 'claimed');
    expect(voucher).to.include({ state: 'claimed', reason: null });
    expect(await api.as(0).credits(api.wallet(CREATOR).address, ZeroAddress)).to.equal(parseEther('0.0028'));
    expect(await api.as(0).credits(api.wallet(OPERATOR).address, ZeroAddress)).to.equal(parseEther('0.0012'));
  });

  it('says in the log, once, that it may not claim for its provider', async () => {
    api = await startApi({ remote: true, env: { PROVIDER_WALLET: new Wallet(keccak256('0x02')).address } });
    const key = await sold(api, new Wallet(keccak256('0x02')).address);
    await (await api.as(VIEWER).initiateWithdraw(...key.named)).wait();
    const { logged } = api;
    const told = () =>
      logged.filter(({ level, facts }) => level === 'warn' && facts.key === api?.wallet(OPERATOR).address);
    await eventually(20_000, told, ({ length }) => length > 0);
    await eventually(2_500, told, ({ length }) => length > 1);
    expect(told()).to.have.length(1);
    expect(await api.deps.book.voucher(key)).to.include({ state: 'open' });
  });

  it('claims nothing by itself with CLAIM=off', async () => {
    api = await startApi({ remote: true, env: { CLAIM: 'off' } });
    const key = await sold(api, api.wallet(OPERATOR).address);
    await (await api.as(VIEWER).initiateWithdraw(...key.named)).wait();
    const voucher = await eventually(
      2_500,
      () => api?.deps.book.voucher(key),
      (found) => found?.state !== 'open',
    );
    expect(voucher).to.include({ state: 'open' });
  });
});
