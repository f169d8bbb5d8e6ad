import { expect } from 'chai';
import { isError, ZeroAddress } from 'ethers';
import { RpcProvider } from '../../../indexer/compose/chain/rpc-provider.ts';
import { CallCheck } from '../../../indexer/contract/calls/call-status.ts';
import { ContractRevert } from '../../../indexer/contract/calls/revert.ts';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import { createFailoverRpc } from '../../../indexer/rpc/rpc.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { rejected } from '../../rejection.ts';
import { type ProxyAnswer, type ProxyCall, type RpcProxy, startProxy } from '../sync/proxy.ts';

const CHAIN_ID = 31_337;
const REFUSED = StreamHost__factory.createInterface().encodeErrorResult('ContentUnknown', [
  `0x${'12'.repeat(32)}`,
]);
const transaction = { from: ZeroAddress, to: `0x${'34'.repeat(20)}`, data: '0x' };

describe('RpcProvider', () => {
  let proxy: RpcProxy;
  let provider: RpcProvider;
  const answering = (answer: (call: ProxyCall) => Omit<ProxyAnswer, 'id'>) =>
    proxy.disturb(async (body) => {
      const one = body as ProxyCall;
      return { jsonrpc: '2.0', id: one.id, ...answer(one) };
    });
  const gasOf = () =>
    new CallCheck({ provider, chainId: CHAIN_ID, checkSignature: async () => null }).gasOf(transaction);

  beforeEach(async () => {
    proxy = await startProxy();
    provider = new RpcProvider(new HttpRpc({ url: proxy.url }), CHAIN_ID);
  });
  afterEach(async () => {
    provider.destroy();
    await proxy.stop();
  });

  describe('an error answer to eth_call or eth_estimateGas that is no revert', () => {
    for (const error of [
      { code: 429, message: 'Your app has exceeded its compute units per second capacity' },
      { code: -32005, message: 'limit exceeded' },
      { code: -32000, message: 'header not found' },
      { code: -32000, message: 'request timed out' },
      { code: -32603, message: 'internal error', data: '0x' },
      { code: -32015, message: 'VM execution error.', data: 'Out of gas' },
    ]) {
      for (const method of ['eth_call', 'eth_estimateGas']) {
        it(`is no word of the contract: ${error.code} "${error.message}" to ${method}`, async () => {
          answering((one) => (one.method === method ? { error } : { result: '0x' }));
          const failure = await rejected(gasOf(), RpcError);
          expect(failure.answer?.message).to.equal(error.message);
        });
      }
    }
  });

  describe('a revert is the contract’s word', () => {
    for (const [how, error] of [
      ['with its data', { code: 3, message: 'execution reverted', data: REFUSED }],
      ['with data and no word', { code: -32603, message: 'Internal error', data: { data: REFUSED } }],
      [
        'as older Nethermind says it',
        { code: -32015, message: 'VM execution error.', data: `Reverted ${REFUSED}` },
      ],
    ] as const) {
      it(how, async () => {
        answering(() => ({ error }));
        expect(await rejected(gasOf(), ContractRevert)).to.include({ errorName: 'ContentUnknown' });
      });
    }

    it('with the word alone', async () => {
      answering(() => ({ error: { code: -32000, message: 'execution reverted' } }));
      expect(await rejected(gasOf(), ContractRevert)).to.include({ errorName: 'UnknownError' });
    });
  });

  it('hands a refused transaction to ethers as the node said it', async () => {
    answering(() => ({ error: { code: -32000, message: 'nonce too low' } }));
    const error = await provider.send('eth_sendRawTransaction', ['0x']).catch((caught) => caught);
    expect(isError(error, 'NONCE_EXPIRED')).to.equal(true);
  });

  it('leaves open what a limited node made of a transaction', async () => {
    answering(() => ({ error: { code: 429, message: 'too many requests' } }));
    expect((await rejected(provider.send('eth_sendRawTransaction', ['0x']), RpcError)).fault).to.equal(
      'rate-limited',
    );
  });

  it('writes through the endpoint that answers, where one is gone and one hangs', async () => {
    const hanging = await startProxy();
    hanging.disturb(async () => undefined);
    const urls = ['http://127.0.0.1:1', hanging.url, proxy.url];
    const clients = urls.map((url) => new HttpRpc({ url, timeoutMs: 100 }));
    const several = new RpcProvider(createFailoverRpc(clients), CHAIN_ID);
    try {
      answering(() => ({ result: '0x01' }));
      expect(await several.send('eth_sendRawTransaction', ['0x02'])).to.equal('0x01');
      expect(await several.getCode(transaction.to)).to.equal('0x01');
      expect(hanging.bodies.length).to.equal(1);
    } finally {
      several.destroy();
      await hanging.stop();
    }
  });
});
