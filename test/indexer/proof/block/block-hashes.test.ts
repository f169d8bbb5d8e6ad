import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { publicTestAccounts } from '../../../../devchain/accounts.ts';
import { headerHash, unknownFields } from '../../../../indexer/proof/block/header-hash.ts';
import { listRoot } from '../../../../indexer/proof/block/list-root.ts';
import { receiptBytes, UnknownType } from '../../../../indexer/proof/block/receipt-bytes.ts';
import { type Node, startNode } from '../../sync/node.ts';

type Answer = Record<string, unknown>;
const deposit = JSON.parse(readFileSync(`${import.meta.dirname}/deposit.json`, 'utf8'));
const [receipt] = deposit.receipts as [Answer];

/** Keys of a list take two bytes from its 129th value on. */
const MANY = 140;
/** Emits a log with one topic, and ends. */
const EMITTER = '0x602a60005260ff60206000a100';

describe('the hashes of a block', () => {
  let node: Node;
  before(async () => {
    node = await startNode();
  });
  after(() => node.close());

  async function block(): Promise<{ header: Answer; receipts: Answer[] }> {
    const header = (await node.send('eth_getBlockByNumber', 'latest', false)) as Answer;
    const hashes = header.transactions as string[];
    const asked = hashes.map((hash) => node.send('eth_getTransactionReceipt', hash));
    return { header, receipts: (await Promise.all(asked)) as Answer[] };
  }

  it('are those of a block with many receipts, with logs and of several types', async () => {
    await node.send('evm_setAutomine', false);
    for (let nth = 0; nth < MANY; nth++) {
      const fees = { gasPrice: '0xba43b7400' };
      const typed = [fees, { ...fees, accessList: [] }, { maxFeePerGas: '0xba43b7400' }][nth % 3];
      await node.send('eth_sendTransaction', { from: node.from, data: EMITTER, gas: '0x186a0', ...typed });
    }
    await node.send('eth_sendRawTransaction', await delegation(node));
    await node.send('evm_mine');
    await node.send('evm_setAutomine', true);
    const { header, receipts } = await block();
    expect(receipts).to.have.length(MANY + 1);
    expect(new Set(receipts.map(({ type }) => type))).to.deep.equal(new Set(['0x0', '0x1', '0x2', '0x4']));
    expect(headerHash(header)).to.equal(header.hash);
    expect(listRoot(receipts.map(receiptBytes))).to.equal(header.receiptsRoot);
  });

  it('are those of a block without receipts', async () => {
    await node.send('evm_mine');
    const { header, receipts } = await block();
    expect(headerHash(header)).to.equal(header.hash);
    expect(listRoot(receipts.map(receiptBytes))).to.equal(header.receiptsRoot);
  });

  it('are those of a real block of the OP stack', () => {
    expect(headerHash(deposit.header)).to.equal(deposit.header.hash);
    expect(listRoot([receiptBytes(receipt)])).to.equal(deposit.header.receiptsRoot);
  });

  it('are others when any field is', () => {
    const { hash, ...fields } = deposit.header;
    for (const name of Object.keys(fields))
      expect(headerHash({ ...fields, [name]: other(fields[name]) }), name).to.not.equal(hash);
    for (const name of Object.keys(receipt).filter((key) => key !== 'logs' && key !== 'type'))
      expect(receiptBytes({ ...receipt, [name]: other(receipt[name]) }), name).to.not.deep.equal(
        receiptBytes(receipt),
      );
  });

  it('leave out the nonce of deposits before Canyon', () => {
    const older = { ...receipt, depositReceiptVersion: undefined };
    expect(receiptBytes(older)).to.deep.equal(receiptBytes({ ...older, depositNonce: undefined }));
  });

  it('take receipts of Arbitrum by their type', () => {
    const [, ...body] = receiptBytes({ ...receipt, type: '0x2' });
    for (const type of ['0x64', '0x65', '0x66', '0x68', '0x69', '0x6a'])
      expect([...receiptBytes({ ...receipt, type })]).to.deep.equal([Number(type), ...body]);
  });

  it('are not guessed where a type or a field is unknown', () => {
    expect(() => receiptBytes({ ...receipt, type: '0x67' })).to.throw(UnknownType, '0x67');
    expect(() => receiptBytes({ ...receipt, logs: null })).to.throw(TypeError);
    expect(() => headerHash({ ...deposit.header, number: 'latest' })).to.throw(TypeError);
    expect(unknownFields(deposit.header)).to.deep.equal([]);
    expect(unknownFields({ ...deposit.header, slotNumber: '0x1' })).to.deep.equal(['slotNumber']);
  });
});

/** A transaction of type 4. */
async function delegation(node: Node): Promise<string> {
  const wallet = new Wallet(publicTestAccounts()[1]?.privateKey ?? '');
  const chainId = Number(await node.send('eth_chainId'));
  const authorization = await wallet.authorize({ address: wallet.address, nonce: 1, chainId });
  return await wallet.signTransaction({
    ...{ type: 4, chainId, to: wallet.address, nonce: 0, gasLimit: 100_000 },
    ...{ maxFeePerGas: 50_000_000_000n, maxPriorityFeePerGas: 1n, authorizationList: [authorization] },
  });
}

function other(value: unknown): string {
  const hex = String(value);
  return hex.slice(0, -1) + (hex.endsWith('1') ? '2' : '1');
}
