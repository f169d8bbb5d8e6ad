import { expect } from 'chai';
import { AbiCoder, keccak256, parseEther, toBeHex, Wallet, ZeroAddress } from 'ethers';
import { pathsOf } from '../../indexer/config/paths.ts';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { domainOf } from '../contracts/signed.ts';
import { signVoucher } from '../contracts/vouchers.ts';
import { eventually } from './host.ts';
import { BLOCKS_EVERY_SECOND, type PublicChain, startPublicChain } from './public-chain.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed while it claims by itself. */
const POINTS = ['claim.sealed', 'claim.recorded', 'claim.signed', 'claim.sent', 'claim.mined'];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_201);
const PRICE = parseEther('0.001');
const [PROVIDER, CREATOR, VIEWER] = [5, 1, 3];
const WAIT_MS = 100_000;
const DAY_SEC = 86_400;

/** The provider's wallet is cold; the host's key is its delegate. */
describe(`a host that is killed while it claims (seed ${SEED})`, () => {
  let chain: PublicChain;
  let contentId: string;
  let channels = 0;
  before(async () => {
    chain = await startPublicChain(BLOCKS_EVERY_SECOND);
    const publication = { cid: 'a film', token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: 3_000 };
    await mined(as(CREATOR).publish({ ...publication, unit: 0, name: 'A film', metadata: '' }));
    contentId = await as(CREATOR).contentIdOf(chain.plain(CREATOR).address, ZeroAddress, 'a film');
    await mined(as(PROVIDER).setClaimDelegate(chain.operator.address));
  });
  after(() => chain?.stop());

  const as = (index: number) => StreamHost__factory.connect(chain.contract, chain.plain(index).signer);
  const provider = () => chain.plain(PROVIDER).address;
  const mined = async (sent: Promise<{ wait(): Promise<unknown> }>) => await (await sent).wait();
  const start = (more: Record<string, string> = {}) =>
    chain.startHost({ PROVIDER_WALLET: provider(), ...more });
  const vouchers = async () => {
    const book = openSqliteBook({ path: pathsOf({ dataDir: chain.dataDir, deploymentsDir: '' }).book });
    const { rows } = await book.vouchersOf({ provider: provider(), limit: 1_000 });
    await book.close();
    return rows;
  };

  /** Opens a channel, has the book hold a voucher of it, and leaves the channel: a day is left for the claim. */
  async function sell(units: number): Promise<void> {
    const key = new Wallet(keccak256(toBeHex(++channels, 32)));
    const named = [provider(), ZeroAddress, key.address, toBeHex(channels, 32)] as const;
    await mined(as(VIEWER).open(...named, 9n * PRICE, { value: 9n * PRICE }));
    const viewer = chain.plain(VIEWER).address;
    const types = ['address', 'address', 'address', 'address', 'bytes32'];
    const channelId = keccak256(AbiCoder.defaultAbiCoder().encode(types, [viewer, ...named]));
    const { chainId } = await chain.provider.getNetwork();
    const item = { contentId, units: BigInt(units), unitPrice: PRICE };
    const signed = { channelId, epoch: 1n, seq: 0n, items: [item] };
    const { signature } = await signVoucher(key, domainOf(chain.contract, chainId), signed);
    const of = { contract: chain.contract.toLowerCase(), channelId, epoch: 1, seq: 0 };
    const voucher = {
      ...{ ...of, provider: provider(), token: ZeroAddress, total: BigInt(units) * PRICE },
      ...{
        items: [{ ...item, units }],
        signature: signature.serialized,
        digest: keccak256(signature.serialized),
      },
    };
    const book = openSqliteBook({ path: pathsOf({ dataDir: chain.dataDir, deploymentsDir: '' }).book });
    const nowSec = Math.floor(Date.now() / 1000);
    await book.sell({ voucher: of, scope: channelId, contentId, nowSec }, () => ({ answer: null, voucher }));
    await book.close();
    await mined(as(VIEWER).initiateWithdraw(...named));
  }

  let sold = 0;
  for (const point of shuffled(POINTS, SEED).slice(0, KILLS)) {
    it(`at ${point}: what it has sold is claimed after its start, once, and nothing given back`, async () => {
      const first = await start();
      await first.end('SIGTERM');
      for (const units of [1, 2]) await sell(units);
      sold += 3;
      const doomed = await chain
        .startHost({ PROVIDER_WALLET: provider(), CRASH_AT: point })
        .catch(() => null);
      if (doomed) expect(await doomed.gone).to.equal('SIGKILL');

      const host = await start();
      const rows = await eventually(WAIT_MS, vouchers, (all) =>
        all.every(({ state }) => state === 'claimed'),
      );
      await host.end('SIGTERM');
      expect(rows.map(({ state }) => state)).to.deep.equal(rows.map(() => 'claimed'));
      const total = BigInt(sold) * PRICE;
      const reader = as(VIEWER);
      expect(await reader.credits(provider(), ZeroAddress)).to.equal((total * 3n) / 10n);
      expect(await reader.credits(chain.plain(CREATOR).address, ZeroAddress)).to.equal((total * 7n) / 10n);
      expect(await reader.queryFilter(reader.filters.VoucherClaimed())).to.have.length(channels);
      expect(await reader.queryFilter(reader.filters.VoucherRejected())).to.deep.equal([]);
      expect(await reader.queryFilter(reader.filters.ChannelReleased())).to.deep.equal([]);
      expect((await chain.provider.getBlock('latest'))?.timestamp ?? 0).to.be.below(
        Date.now() / 1000 + DAY_SEC,
      );
    });
  }
}).timeout(180_000);
