/**
 * Which JSON-RPC methods only read the development chain. A method that is neither here nor in writes.ts is not found:
 * among them evm_setIntervalMining (a timer can't be replayed) and eth_subscribe (needs a socket).
 */
const READS = new Set([
  'debug_traceCall',
  'debug_traceTransaction',
  'eth_accounts',
  'eth_blobBaseFee',
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_coinbase',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getBlockTransactionCountByHash',
  'eth_getBlockTransactionCountByNumber',
  'eth_getCode',
  'eth_getFilterChanges',
  'eth_getFilterLogs',
  'eth_getLogs',
  'eth_getProof',
  'eth_getStorageAt',
  'eth_getTransactionByBlockHashAndIndex',
  'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_newBlockFilter',
  'eth_newFilter',
  'eth_newPendingTransactionFilter',
  'eth_pendingTransactions',
  'eth_sign',
  'eth_signTypedData_v4',
  'eth_syncing',
  'eth_uninstallFilter',
  'hardhat_getAutomine',
  'hardhat_metadata',
  'net_version',
  'personal_sign',
  'web3_clientVersion',
  'web3_sha3',
]);

/** Methods that may mine a block, whose time the engine therefore sets beforehand. */
const MINING = new Set([
  'eth_sendRawTransaction',
  'eth_sendTransaction',
  'evm_mine',
  'evm_setAutomine',
  'hardhat_mine',
]);

export const readMethods: ReadonlySet<string> = READS;
export const miningMethods: ReadonlySet<string> = MINING;
