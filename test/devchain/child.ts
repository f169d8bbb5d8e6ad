import { startDevnet } from '../../devchain/devnet.ts';

/**
 * A host that is going to be killed: starts the chain of the directory given, then sends transactions until
 * it dies, and prints the hash and the block hash of each one it got an answer to. Where a transaction is
 * refused, prints the error's name and stops.
 */
const [dataDir = '', senders = '4'] = process.argv.slice(2);
const devnet = await startDevnet({ dataDir, port: 0 });

async function send(from: string): Promise<void> {
  const transaction = { from, to: from, value: '0x1', gas: '0x5208' };
  const hash = await devnet.provider.request({ method: 'eth_sendTransaction', params: [transaction] });
  const receipt = (await devnet.provider.request({
    method: 'eth_getTransactionReceipt',
    params: [hash],
  })) as { blockHash: string };
  process.stdout.write(`${String(hash)} ${receipt.blockHash}\n`);
  await send(from);
}

const sending = devnet.accounts.slice(0, Number(senders)).map(({ address }) => send(address));
await Promise.all(sending).catch(async (error: Error) => {
  const height = await devnet.provider.request({ method: 'eth_blockNumber' });
  process.stdout.write(`${error.name} ${String(height)}\n`);
});
await devnet.stop();
