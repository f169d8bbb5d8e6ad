import type { FileHandle } from 'node:fs/promises';
import { BrowserProvider, Interface, Wallet } from 'ethers';
import { publicTestAccounts } from '../../../devchain/accounts.ts';
import { createChain, newGenesis } from '../../../devchain/genesis.ts';
import { Directory } from '../../../indexer/media/ethstorage/directory.ts';
import { CALLDATA } from '../../../indexer/media/ethstorage/encoding.ts';
import { creationCode } from '../../../indexer/media/ethstorage/sdk.ts';
import { call, createProviderRpc, type Rpc } from '../../../indexer/rpc/rpc.ts';

/** Chunks that are measured one by one from the start of a file; with them the last. */
const SAMPLED = 16;
const POLL_MS = 10;

export interface MeasuredCalldata {
  directoryGas: bigint;
  chunks: number;
  /** Gas of the first chunks and of the last. */
  sampled: bigint[];
}

/** Stores the file, or the beginning of a larger one, on a chain that is gone afterwards. */
export async function measureCalldata(
  file: FileHandle,
  sizeBytes: number,
  cid: string,
): Promise<MeasuredCalldata> {
  const chain = await createChain(newGenesis(Math.floor(Date.now() / 1000)));
  const provider = new BrowserProvider(chain, undefined, { cacheTimeout: -1 });
  provider.pollingInterval = POLL_MS;
  const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', provider);
  const receiptOf = async (call: { to?: string | null; data: string }) => {
    const receipt = await (await wallet.sendTransaction(call)).wait();
    if (receipt === null) throw new Error('a transaction on the chain in process was not mined');
    return receipt;
  };
  try {
    const created = await receiptOf({ data: await creationCode(null) });
    const directory = new Directory(created.contractAddress ?? '', createProviderRpc(chain));
    const chunks = Math.ceil(sizeBytes / CALLDATA.chunkBytes);
    const ids = [...Array(Math.min(chunks, SAMPLED)).keys()];
    if (chunks > SAMPLED) ids.push(chunks - 1);
    const sampled: bigint[] = [];
    for (const [place, id] of ids.entries()) {
      const bytes = await chunkOf(file, id);
      sampled.push((await receiptOf(directory.writeByCalldata(cid, place, bytes))).gasUsed);
    }
    return { directoryGas: created.gasUsed, chunks, sampled };
  } finally {
    provider.destroy();
    await chain.close();
  }
}

const ETHSTORAGE = new Interface([
  'function upfrontPayment() view returns (uint256)',
  'function putBlob(bytes32 key, uint256 blobIdx, uint256 length) payable',
]);
/** Of a blob that is not sent: estimates want one. */
const SOME_VERSIONED_HASH = `0x01${'5e'.repeat(31)}`;
const SOME_KEY = `0x${'e5'.repeat(32)}`;

/** What EthStorage's contract asks for one chunk, in gas and as payment. */
export async function askKeeping(
  chain: Rpc,
  contract: string,
  from: string,
): Promise<{ gas: bigint; paymentWei: bigint }> {
  const payment = { to: contract, data: ETHSTORAGE.encodeFunctionData('upfrontPayment') };
  const paymentWei = BigInt(String(await call(chain, 'eth_call', [payment, 'latest'])));
  const data = ETHSTORAGE.encodeFunctionData('putBlob', [SOME_KEY, 0, 1_000]);
  const value = `0x${paymentWei.toString(16)}`;
  const putting = { from, to: contract, data, value, blobVersionedHashes: [SOME_VERSIONED_HASH] };
  return { gas: BigInt(String(await call(chain, 'eth_estimateGas', [putting]))), paymentWei };
}

async function chunkOf(file: FileHandle, id: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(CALLDATA.chunkBytes);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, id * buffer.length);
  return buffer.subarray(0, bytesRead);
}
