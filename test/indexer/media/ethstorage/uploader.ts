// A process of its own that puts a file on EthStorage, for tests that kill it: RPC_URL RECORDS DATA_DIR SIZE

import { JsonRpcProvider } from 'ethers';
import { openEthStorage } from '../../../../indexer/media/ethstorage/ethstorage.ts';
import { HttpRpc } from '../../../../indexer/rpc/http.ts';
import { openSqliteBook } from '../../../../indexer/store/sqlite/book/book.ts';
import { createKeyLock } from '../../../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../../../indexer/txmgr/tx-manager.ts';
import { testWallet } from '../../../wallets.ts';
import { file } from '../content.ts';

const [url = '', path = '', dataDir = '', size] = process.argv.slice(2);
const records = openSqliteBook({ path });
const provider = new JsonRpcProvider(url, 31337, { cacheTimeout: -1, staticNetwork: true });
const wallet = testWallet(0);
const key = new TxManager({ wallet, provider, records, lock: createKeyLock(records) });
const chain = new HttpRpc({ url });
const storage = await openEthStorage({
  dataDir,
  chainId: 31337,
  key,
  chain,
  maxBytes: 1024 ** 2,
  log: () => {},
});
console.log((await storage.add(file(Number(size)))).web3Url);
await storage.close();
provider.destroy();
await records.close();
