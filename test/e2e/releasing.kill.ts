import { expect } from 'chai';
import { AbiCoder, keccak256, parseEther, toBeHex, Wallet, ZeroAddress } from 'ethers';
import { pathsOf } from '../../indexer/config/paths.ts';
import { releaseData } from '../../indexer/relay/channels/release-order.ts';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import type { ChannelRow } from '../../indexer/store/store.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { domainOf } from '../contracts/signed.ts';
import { signVoucher } from '../contracts/vouchers.ts';
import { eventually } from './host.ts';
import { BLOCKS_EVERY_SECOND, type PublicChain, startPublicChain } from './public-chain.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed while it gives a deposit back by itself. */
const POINTS = [
  ...['claim.sealed', 'claim.recorded', 'claim.signed', 'claim.sent', 'claim.mined'],
  ...['release.marked', 'release.signed', 'release.sent', 'release.noted', 'release.mined'],
];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_202);
const PRICE = parseEther('0.001');
const DEPOSIT = 9n * PRICE;
const UNITS = 4;
const [PROVIDER, CREATOR, VIEWER] = [5, 1, 3];
const WAIT_MS = 100_000;

/** The provider's wallet is cold; the host's key is its delegate. */
describe(`a host that is killed while it gives deposits back (seed ${SEED})`, () => {
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
  const address = (index: number) => chain.plain(index).address;
  const mined = async (sent: Promise<{ wait(): Promise<unknown> }>) => await (await sent).wait();
  const start = (more: Record<string, string> = {}) =>
    chain.startHost({ PROVIDER_WALLET: address(PROVIDER), ...more });
  const openBook = () =>
    openSqliteBook({ path: pathsOf({ dataDir: chain.dataDir, deploymentsDir: '' }).book });

  /** Opens a channel, has the book hold a voucher of it, and takes on that the rest goes back. */
  async function sellAndGiveBack() {
    const key = new Wallet(keccak256(toBeHex(++channels, 32)));
    const named = [address(PROVIDER), ZeroAddress, key.address, toBeHex(channels, 32)] as const;
    await mined(as(VIEWER).open(...named, DEPOSIT, { value: DEPOSIT }));
    const types = ['address', 'address', 'address', 'address', 'bytes32'];
    const parts = [address(VIEWER), ...named];
    const channelId = keccak256(AbiCoder.defaultAbiCoder().encode(types, parts));
    const [viewer = '', provider = '', token = '', authorizer = '', salt = ''] = parts;
    const { chainId } = await chain.provider.getNetwork();
    const item = { contentId, units: BigInt(UNITS), unitPrice: PRICE };
    const signed = { channelId, epoch: 1n, seq: 0n, items: [item] };
    const { signature } = await signVoucher(key, domainOf(chain.contract, chainId), signed);
    const of = { contract: chain.contract.toLowerCase(), channelId, epoch: 1, seq: 0 };
    const voucher = {
      ...{ ...of, provider, token, total: BigInt(UNITS) * PRICE, items: [{ ...item, units: UNITS }] },
      ...{ signature: signature.serialized, digest: keccak256(signature.serialized) },
    };
    const book = openBook();
    const nowSec = Math.floor(Date.now() / 1000);
    await book.sell({ voucher: of, scope: channelId, contentId, nowSec }, () => ({ answer: null, voucher }));
    const data = releaseData({ viewer, provider, token, authorizer, salt } as ChannelRow);
    const { contract } = of;
    await book.beginRelease({ contract, channelId, epoch: 1, askedAtSec: nowSec, data, gas: 200_000n });
    await book.close();
    return { contract, channelId };
  }

  for (const point of shuffled(POINTS, SEED).slice(0, KILLS)) {
    it(`at ${point}: all that it has sold is claimed, and the rest given back, once`, async () => {
      const first = await start();
      await first.end('SIGTERM');
      const key = await sellAndGiveBack();
      const before = await chain.provider.getBalance(address(VIEWER));
      const doomed = await start({ CRASH_AT: point }).catch(() => null);
      if (doomed) expect(await doomed.gone).to.equal('SIGKILL');
      const book = openBook();
      const of = { voucher: { ...key, epoch: 1, seq: 1 }, scope: 's', contentId, nowSec: 0 };
      expect(await book.sell(of, ({ isReleased }) => ({ answer: isReleased }))).to.equal(true);

      const host = await start();
      await eventually(
        WAIT_MS,
        () => book.releaseOf(key),
        (release) => release?.state === 'mined' || release?.state === 'over',
      );
      await host.end('SIGTERM');
      expect((await book.releaseOf(key))?.state).to.be.oneOf(['mined', 'over']);
      expect(await book.voucher({ ...key, epoch: 1, seq: 0 })).to.include({ state: 'claimed' });
      await book.close();
      const reader = as(VIEWER);
      const sold = BigInt(channels * UNITS) * PRICE;
      expect(await reader.credits(address(PROVIDER), ZeroAddress)).to.equal((sold * 3n) / 10n);
      expect(await reader.credits(address(CREATOR), ZeroAddress)).to.equal((sold * 7n) / 10n);
      expect(await reader.queryFilter(reader.filters.VoucherRejected())).to.deep.equal([]);
      const released = await reader.queryFilter(reader.filters.ChannelReleased());
      expect(released.map(({ args }) => args.amount)).to.deep.equal(
        Array.from({ length: channels }, () => DEPOSIT - BigInt(UNITS) * PRICE),
      );
      const back = (await chain.provider.getBalance(address(VIEWER))) - before;
      expect(back).to.equal(DEPOSIT - BigInt(UNITS) * PRICE);
    });
  }
}).timeout(180_000);
