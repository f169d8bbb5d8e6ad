import { AbiCoder, dataSlice, getBytes, type JsonRpcProvider, toUtf8String } from 'ethers';
import type { Rpc } from '../../indexer/rpc/rpc.ts';

const READ_CHUNK = '0x1a7237e0';
const CODER = AbiCoder.defaultAbiCoder();

/** A node of EthStorage, as far as reading goes: it has the blobs of the transactions and decodes them. */
export function blobNode(provider: JsonRpcProvider, chain: Rpc) {
  const chunks = new Map<string, Uint8Array>();

  async function keep(txHash: string): Promise<void> {
    const tx = await provider.getTransaction(txHash);
    const blobs = (await provider.send('anvil_getBlobsByTransactionHash', [txHash])) as string[];
    const data = dataSlice(tx?.data ?? '0x', 4);
    const [name, ids] = CODER.decode(['bytes', 'uint256[]', 'uint256[]'], data);
    for (const [index, blob] of blobs.entries())
      chunks.set(`${toUtf8String(name)}/${ids[index]}`, decoded(blob));
  }

  function answer(params: readonly unknown[]): string | undefined {
    const { data = '' } = params[0] as { data?: string };
    if (!data.startsWith(READ_CHUNK)) return undefined;
    const [name, id] = CODER.decode(['bytes', 'uint256'], dataSlice(data, 4));
    const chunk = chunks.get(`${toUtf8String(name)}/${id}`);
    return CODER.encode(['bytes', 'bool'], [chunk ?? '0x', chunk !== undefined]);
  }

  const client: Rpc = {
    batch: async (calls, options) =>
      await Promise.all(
        calls.map(async (call) => answer(call.params) ?? (await chain.batch([call], options))[0]),
      ),
  };
  return { client, keep };
}

/** OP's compact encoding undone: of four field elements of 32 bytes, 31 each and three bytes in the upper bits. */
function decoded(blob: string): Uint8Array {
  const bytes = getBytes(blob);
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at += 128) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 32, 64, 96].map((element) => bytes[at + element]);
    const element = (index: number) => bytes.subarray(at + 32 * index + 1, at + 32 * (index + 1));
    out.push(...element(0), a | ((b & 0x30) << 2), ...element(1), (b & 0x0f) | ((d & 0x0f) << 4));
    out.push(...element(2), c | ((d & 0x30) << 2), ...element(3));
  }
  const [version, high = 0, middle = 0, low = 0] = out;
  if (version !== 0) throw new Error(`blob of version ${version}`);
  return Uint8Array.from(out.slice(4, 4 + ((high << 16) | (middle << 8) | low)));
}
