import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { blobCost, calldataCost, totalWei } from '../../scripts/lib/ethstorage/plan.ts';
import { bytesOf } from '../indexer/media/content.ts';
import { reachableChain } from '../indexer/payouts/chain.ts';
import { type Ended, runNode } from './run.ts';

describe('npm run ethstorage-cost', () => {
  let folder: string;
  let chain: Awaited<ReturnType<typeof reachableChain>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cost-'));
    chain = await reachableChain(folder);
  });
  after(async () => {
    await chain.close();
    await rm(folder, { recursive: true });
  });

  const run = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
    runNode(['scripts/ethstorage-cost.ts', ...args], {
      ETH_RPC_URL: '',
      PRIVATEKEY: '',
      ETHSTORAGE_MAX_BYTES: '',
      STORAGE: '',
      DEVNET_PORT: String(chain.port),
      ...env,
    });
  const fileOf = async (size: number) => {
    const path = join(folder, `${size}.bin`);
    await writeFile(path, bytesOf(0, size));
    return path;
  };

  it('shows chunks, transactions, gas and payment both ways, and sends nothing', async () => {
    const path = await fileOf(50_000);
    const blocks = await chain.provider.getBlockNumber();
    const { how, stdout, stderr } = await run([path]);
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    expect(stdout).to.contain(`${path}: 50,000 bytes, CID bafkrei`);
    expect(stdout).to.match(/^calldata +3 +3 +11,[\d,]+ +0 +0 ETH +0(\.\d+)? ETH$/m);
    expect(stdout).to.match(/^blobs +1 +1 +unknown +131,072 +unknown +unknown$/m);
    expect(stdout).to.match(/The directory is created once, for all files: 3,2\d\d,\d\d\d gas\./);
    expect(stdout).to.match(/chain 31337, which has no EthStorage contract.*\nNothing was sent\.\n$/);
    expect(await chain.provider.getBlockNumber()).to.equal(blocks);
  });

  it('measures the beginning of a large file, says so, and says when it is too large', async () => {
    const { stdout } = await run([await fileOf(600_000)], { DEVNET_PORT: '1', ETHSTORAGE_MAX_BYTES: '1000' });
    expect(stdout).to.match(/^calldata +25 +25 +13\d,\d\d\d,\d\d\d +0 +0 ETH +unknown$/m);
    expect(stdout).to.contain('Gas of calldata is measured of 17 chunks');
    expect(stdout).to.contain('No fees: the chain does not answer');
    expect(stdout).to.contain('By calldata it is refused: larger than ETHSTORAGE_MAX_BYTES (1000).');
  });

  it('says in one line what is wrong with its file', async () => {
    for (const [path, why] of [
      [join(folder, 'none'), /none can not be read: ENOENT/],
      [await fileOf(0), /is empty: there is nothing to store\.$/],
    ] as const) {
      const { how, stdout, stderr } = await run([path]);
      expect({ how, stdout }).to.deep.equal({ how: 1, stdout: '' });
      expect(stderr.trim()).to.match(why).and.not.contain('\n');
    }
  });
});

describe('what a file costs on EthStorage', () => {
  const fees = { gasPriceWei: 2n, blobBaseFeeWei: 3n };

  it('by calldata is a transaction a chunk; those not measured are taken for whole ones', () => {
    const cost = calldataCost(5, [110n, 100n, 30n]);
    expect(cost).to.include({ chunks: 5, transactions: 5, gas: 440n, blobGas: 0n, paymentWei: 0n });
    expect(totalWei(cost, fees)).to.equal(880n);
    expect(calldataCost(1, [70n]).gas).to.equal(70n);
  });

  it('by blobs is a transaction for six chunks, gas of a market of its own, and a payment a chunk', () => {
    const cost = blobCost(7 * 130_044, { gas: 121_000n, paymentWei: 10n });
    expect(cost).to.include({ chunks: 7, transactions: 2, blobGas: 917_504n, paymentWei: 70n });
    expect(cost.gas).to.equal(2n * 21_000n + 80_000n + 20_000n + 7n * 132_000n);
    expect(totalWei(cost, fees)).to.equal(2n * (cost.gas ?? 0n) + 3n * 917_504n + 70n);
  });

  it('is not known as a whole where a part is not', () => {
    expect(totalWei(blobCost(1, null), fees)).to.equal(null);
    expect(totalWei(calldataCost(1, [70n]), null)).to.equal(null);
  });
});
