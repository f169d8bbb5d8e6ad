import { expect } from 'chai';
import { id, JsonRpcProvider, parseEther, Wallet, ZeroAddress } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { StreamHost } from '../../types/ethers-contracts/StreamHost.ts';
import { domainOf } from '../contracts/signed.ts';
import { type Item, packBatch, type SignedVoucher, signVoucher } from '../contracts/vouchers.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { indexedAll } from './mirror.ts';

const CONTENTS = 50;
const VOUCHERS = 1_000;
const BATCH = 100;
const DEPOSIT = parseEther('1');
const DELAY_SEC = 10;

interface Content {
  contentId: string;
  creator: string;
  unitPrice: bigint;
  shareBps: bigint;
}

interface Channel {
  viewer: Wallet;
  authorizer: Wallet;
  channelId: string;
}

interface Row {
  source: string;
  amount_base_units: string;
}

describe(`${VOUCHERS} vouchers over ${CONTENTS} contents and 5 viewers on the development chain`, () => {
  let dataDir: string;
  let host: HostProcess;
  let chain: JsonRpcProvider;
  let contract: string;
  let provider: Wallet;
  let creators: Wallet[];
  let viewers: Wallet[];
  let contents: Content[];
  let channels: Channel[];
  let signed: SignedVoucher[];
  /** By account: what the vouchers come to. */
  const earned = new Map<string, bigint>();

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
    chain.pollingInterval = 10;
    ({ contract } = await getJson<{ contract: string }>(`${host.url}/chain`));
    const wallets = publicTestAccounts().map(({ privateKey }) => new Wallet(privateKey, chain));
    [provider, creators, viewers] = [at(wallets, 1), wallets.slice(2, 5), wallets.slice(5, 10)];
  });
  after(async () => {
    chain?.destroy();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const as = (wallet: Wallet): StreamHost => StreamHost__factory.connect(contract, wallet);

  it('are signed without a transaction each', async () => {
    contents = await publishAll();
    channels = [];
    for (const viewer of viewers) channels.push(await open(viewer));
    const domain = domainOf(contract, (await chain.getNetwork()).chainId);
    signed = [];
    for (let index = 0; index < VOUCHERS; index++) {
      const { channelId, authorizer } = at(channels, index);
      const items = Array.from({ length: 1 + (index % 3) }, (_, place) => itemOf(index, place));
      const seq = BigInt(Math.floor(index / channels.length));
      signed.push(await signVoucher(authorizer, domain, { channelId, epoch: 1n, seq, items }));
      for (const item of items) earn(item);
    }
  });

  it('are claimed in batches, each paid whole', async () => {
    for (let start = 0; start < VOUCHERS; start += BATCH) {
      const { contents: rows, vouchers } = packBatch(signed.slice(start, start + BATCH));
      await (await as(provider).claim(provider.address, ZeroAddress, rows, vouchers)).wait();
    }
    for (const [account, amount] of earned) {
      expect(await as(provider).credits(account, ZeroAddress), account).to.equal(amount);
    }
  });

  it('are in the history and the earnings to the wei, and in their channels', async () => {
    await indexedAll(host);
    const rows = await allRecords(`provider/${provider.address}`);
    expect(rows.map(({ source }) => source)).to.deep.equal(
      Array(signed.flatMap(({ items }) => items).length).fill('voucher'),
    );
    expect(sum(rows.map(({ amount_base_units }) => BigInt(amount_base_units)))).to.equal(
      sum(earned.values()),
    );
    for (const [account, amount] of earned) expect(await balanceOf(account), account).to.equal(amount);
    for (const { channelId } of channels) {
      const paid = signed.filter((voucher) => voucher.channelId === channelId).map(costOf);
      const [shown] = (await getJson<{ channels: object[] }>(`${host.url}/channels/${channelId}`)).channels;
      expect(shown).to.include({
        deposit_base_units: String(DEPOSIT - sum(paid)),
        claimed_base_units: String(sum(paid)),
        next_seq: VOUCHERS / channels.length,
      });
    }
  });

  it('are withdrawn, and what is left goes back to the viewers: the contract is empty', async () => {
    for (const { viewer, authorizer } of channels)
      await (await as(viewer).initiateWithdraw(...named(authorizer))).wait();
    await chain.send('evm_increaseTime', [DELAY_SEC]);
    for (const { viewer, authorizer } of channels)
      await (await as(viewer).finalizeWithdraw(channelOf(viewer, authorizer))).wait();
    const paidOut: bigint[] = [];
    for (const wallet of [provider, ...creators, ...viewers]) {
      const owed = await as(wallet).credits(wallet.address, ZeroAddress);
      paidOut.push(owed);
      const before = await chain.getBalance(wallet.address);
      const receipt = await (await as(wallet).withdraw(ZeroAddress)).wait();
      expect(await chain.getBalance(wallet.address)).to.equal(before + owed - (receipt?.fee ?? 0n));
    }
    expect(sum(paidOut)).to.equal(DEPOSIT * BigInt(viewers.length));
    expect(await chain.getBalance(contract)).to.equal(0n);
    await indexedAll(host);
    for (const { address } of [provider, ...creators, ...viewers])
      expect(await balanceOf(address), address).to.equal(0n);
  });

  async function publishAll(): Promise<Content[]> {
    const published: Content[] = [];
    for (let index = 0; index < CONTENTS; index++) {
      const creator = at(creators, index);
      const [cid, unitPrice] = [`film ${index}`, 10n ** 9n + BigInt(index)];
      const shareBps = BigInt((index * 211) % 10_001);
      const terms = { cid, token: ZeroAddress, pricePerUnit: unitPrice, providerShareBps: shareBps };
      await (await as(creator).publish({ ...terms, unit: 0, name: cid, metadata: '' })).wait();
      const contentId = await as(creator).contentIdOf(creator.address, ZeroAddress, cid);
      published.push({ contentId, creator: creator.address, unitPrice, shareBps });
    }
    return published;
  }

  async function open(viewer: Wallet): Promise<Channel> {
    const authorizer = new Wallet(id(`browser of ${viewer.address}`));
    await (await as(viewer).open(...named(authorizer), DEPOSIT, { value: DEPOSIT })).wait();
    return { viewer, authorizer, channelId: await as(viewer).channelIdOf(channelOf(viewer, authorizer)) };
  }

  function channelOf(viewer: Wallet, authorizer: Wallet) {
    const [to, token, key, salt] = named(authorizer);
    return { viewer: viewer.address, provider: to, token, authorizer: key, salt };
  }

  function named({ address }: Wallet): [string, string, string, string] {
    return [provider.address, ZeroAddress, address, id('salt')];
  }

  function itemOf(nth: number, place: number): Item {
    const { contentId, unitPrice } = at(contents, nth * 7 + place);
    return { contentId, unitPrice, units: BigInt(1 + ((nth + place) % 20)) };
  }

  function earn({ contentId, units, unitPrice }: Item): void {
    const content = contents.find((one) => one.contentId === contentId);
    if (!content) throw new Error(`nobody published ${contentId}`);
    const amount = units * unitPrice;
    const part = (amount * content.shareBps) / 10_000n;
    earned.set(provider.address, (earned.get(provider.address) ?? 0n) + part);
    earned.set(content.creator, (earned.get(content.creator) ?? 0n) + amount - part);
  }

  async function balanceOf(account: string): Promise<bigint> {
    interface Earnings {
      by_coin: { balance_base_units: string }[];
    }
    const { by_coin } = await getJson<Earnings>(`${host.url}/wallets/${account}/earnings`);
    return sum(by_coin.map(({ balance_base_units }) => BigInt(balance_base_units)));
  }

  async function allRecords(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    let more = '';
    do {
      const url = `${host.url}/api/get-records/${path}?limit=1000${more}`;
      const page = await getJson<{ records: Row[]; next_cursor: string | null }>(url);
      rows.push(...page.records);
      more = page.next_cursor ? `&cursor=${page.next_cursor}` : '';
    } while (more);
    return rows;
  }
});

function costOf({ items }: SignedVoucher): bigint {
  return sum(items.map(({ units, unitPrice }) => units * unitPrice));
}

function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('the list is empty');
  return found;
}
