import { type FileHandle, open } from 'node:fs/promises';
import { Wallet } from 'ethers';
import { publicTestAccounts } from '../devchain/accounts.ts';
import { maxEthStorageBytes } from '../indexer/compose/ethstorage.ts';
import { type Config, readConfig } from '../indexer/config/config.ts';
import { messageOf } from '../indexer/lib/errors.ts';
import { ethStorageContract } from '../indexer/media/ethstorage/sdk.ts';
import { cidOf } from '../indexer/media/unixfs/importer.ts';
import { HttpRpc } from '../indexer/rpc/http.ts';
import { call, createFailoverRpc, type Rpc } from '../indexer/rpc/rpc.ts';
import { CliError, print, runScript } from './lib/cli.ts';
import { amountText, NATIVE } from './lib/coins.ts';
import { askKeeping, measureCalldata } from './lib/ethstorage/measure.ts';
import { blobCost, calldataCost, type FeesNow, type StoringCost, totalWei } from './lib/ethstorage/plan.ts';
import { table } from './lib/table.ts';

const USAGE = `Usage: npm run ethstorage-cost -- FILE

What storing FILE on EthStorage would take by calldata and by blobs: transactions, gas, payment. Sends nothing.
Fees are those of the chain in ETH_RPC_URL, of the development chain without it.`;

await runScript(USAGE, async ({ argv }) => {
  const [path, ...more] = argv;
  if (path === undefined || more.length > 0) return print(USAGE);
  await using file = await open(path).catch((cause: Error) => {
    throw new CliError(`${path} can not be read: ${cause.message}`);
  });
  const { size } = await file.stat();
  if (size === 0) throw new CliError(`${path} is empty: there is nothing to store.`);
  await showCosts(path, file, size, readConfig(process.env));
});

async function showCosts(path: string, file: FileHandle, size: number, config: Config): Promise<void> {
  const cid = (await cidOf(file.createReadStream({ start: 0, autoClose: false }))).toString();
  const chain = await chainFees(config);
  const { directoryGas, chunks, sampled } = await measureCalldata(file, size, cid);
  const costs = [calldataCost(chunks, sampled), blobCost(size, chain.keeping)];
  print(
    `${path}: ${size.toLocaleString('en')} bytes, CID ${cid}`,
    '',
    ...costTable(costs, chain.fees),
    '',
    `Gas of calldata is ${sampled.length === chunks ? 'measured' : `measured of ${sampled.length} chunks`}; of blobs it is about this.`,
    `The directory is created once, for all files: ${directoryGas.toLocaleString('en')} gas.`,
    chain.note,
    ...costs.flatMap(({ by }) => limitNote(config, by, size)),
    'Nothing was sent.',
  );
}

interface ChainFees {
  fees: FeesNow | null;
  /** What EthStorage's contract asks for a chunk in a blob; `null` where the chain has none. */
  keeping: Awaited<ReturnType<typeof askKeeping>> | null;
  note: string;
}

async function chainFees({ rpcUrls, devnetPort, privateKey }: Config): Promise<ChainFees> {
  const urls = rpcUrls.length > 0 ? rpcUrls : [`http://127.0.0.1:${devnetPort}`];
  const rpc = createFailoverRpc(urls.map((url) => new HttpRpc({ url })));
  try {
    const number = async (method: string) => BigInt(String(await call(rpc, method, [])));
    const chainId = Number(await number('eth_chainId'));
    const fees = {
      gasPriceWei: await number('eth_gasPrice'),
      blobBaseFeeWei: await number('eth_blobBaseFee'),
    };
    return { fees, ...(await keepingOn(rpc, chainId, privateKey)) };
  } catch (error) {
    return { fees: null, keeping: null, note: `No fees: the chain does not answer (${messageOf(error)}).` };
  }
}

async function keepingOn(rpc: Rpc, chainId: number, privateKey: string | undefined) {
  const contract = await ethStorageContract(chainId, rpc);
  const where = `Fees of chain ${chainId}`;
  if (contract === null) {
    const note = `${where}, which has no EthStorage contract: only calldata works there. For blobs set ETH_RPC_URL to Sepolia.`;
    return { keeping: null, note };
  }
  const key = privateKey ?? publicTestAccounts()[0]?.privateKey ?? '';
  const keeping = await askKeeping(rpc, contract, new Wallet(key).address);
  return { keeping, note: `${where}; EthStorage's contract is ${contract}.` };
}

function costTable(costs: readonly StoringCost[], fees: FeesNow | null): string[] {
  const rows = costs.map((cost) => {
    const total = totalWei(cost, fees);
    return [
      cost.by,
      cost.chunks.toLocaleString('en'),
      cost.transactions.toLocaleString('en'),
      cost.gas?.toLocaleString('en') ?? 'unknown',
      cost.blobGas.toLocaleString('en'),
      cost.paymentWei === null ? 'unknown' : amountText(cost.paymentWei, NATIVE),
      total === null ? 'unknown' : amountText(total, NATIVE),
    ];
  });
  const head = ['by', 'chunks', 'transactions', 'gas', 'blob gas', 'payment', 'all in all, now'];
  return table([head, ...rows], { right: [1, 2, 3, 4] });
}

function limitNote(config: Config, by: StoringCost['by'], size: number): string[] {
  const maxBytes = maxEthStorageBytes(config, by === 'blobs');
  return size > maxBytes ? [`By ${by} it is refused: larger than ETHSTORAGE_MAX_BYTES (${maxBytes}).`] : [];
}
