import { expect } from 'chai';
import { AbiCoder, ZeroAddress } from 'ethers';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import { call, createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import { knownCoins } from '../../../indexer/tokens/known-coins.ts';
import { createTokenBook, type TokenBook } from '../../../indexer/tokens/token-metadata.ts';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { type Anvil, startAnvil } from '../../e2e/anvil.ts';
import { rejected } from '../../rejection.ts';
import { createFaultyRpc, type FaultyRpc } from '../sync/faults.ts';
import { deployEmitter, type Node, startNode } from '../sync/node.ts';

const SYMBOL = '0x95d89b41';

describe('createTokenBook()', () => {
  let node: Node;
  let rpc: FaultyRpc;
  let book: TokenBook;
  let token: string;

  before(async () => {
    node = await startNode();
    const { contractAddress } = await node.transact({ data: TestToken__factory.bytecode });
    token = String(contractAddress).toLowerCase();
  });
  after(() => node.close());
  beforeEach(() => {
    rpc = createFaultyRpc(createProviderRpc(node.provider));
    book = createTokenBook(rpc, { known: knownCoins(31_337, [token]) });
  });

  /** The token answers `symbol` or `decimals` otherwise than it does. */
  function answering({ symbol, decimals }: { symbol?: string; decimals?: string }): void {
    rpc.disturb(async ({ params }, answer) => {
      const { data } = params[0] as { data: string };
      return (data === SYMBOL ? symbol : decimals) ?? answer();
    });
  }
  const word = (text: string) => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`;
  const encoded = (text: string) => AbiCoder.defaultAbiCoder().encode(['string'], [text]);

  it('throws RpcError when the chain can not be asked, and asks again', async () => {
    rpc.disturb(async ({ method }) => {
      throw new RpcError('unreachable', method, 'down');
    });
    await rejected(book.describe(token), RpcError);
    rpc.disturb(null);
    expect((await book.describe(token)).symbol).to.equal('TEST');
  });

  it('gives no decimals for an address without a contract', async () => {
    const address = `0x${'ab'.repeat(20)}`;
    expect(await book.describe(address)).to.deep.equal({
      ...{ address, symbol: '0xabab…abab', verified: false, decimals: null },
    });
  });

  it('names a token that nobody vouches for by its address, whatever it calls itself', async () => {
    answering({ symbol: encoded('USDC') });
    const { symbol, verified, decimals } = await createTokenBook(rpc).describe(token);
    expect([symbol, verified, decimals]).to.deep.equal([
      `${token.slice(0, 6)}…${token.slice(-4)}`,
      false,
      18,
    ]);
  });

  it("knows each chain's USDC by its address", async () => {
    const sepolia = '0x1c7d4b196cb0c7b01d743fbc6116a902379c7238';
    answering({ symbol: encoded('FAKE'), decimals: `0x${'6'.padStart(64, '0')}` });
    const info = { address: sepolia, symbol: 'USDC', verified: true, decimals: 6 };
    const on = (chainId: number) => createTokenBook(rpc, { known: knownCoins(chainId) }).describe(sepolia);
    expect(await on(11_155_111)).to.deep.equal(info);
    expect(await on(1)).to.include({ verified: false });
  });

  it('gives no decimals for a contract that fails when asked', async () => {
    const address = await deployEmitter(node);
    expect(await book.describe(address)).to.include({ address, decimals: null });
  });

  describe('a token that makes the endpoint fail in a way of its own', () => {
    const unusable = (message: string) =>
      rpc.disturb(async ({ method, params }, answer) => {
        const { to } = params[0] as { to: string };
        if (to !== token) return answer();
        throw new RpcError('too-much', method, message);
      });

    it('has no decimals and no name, but is described', async () => {
      unusable('execution aborted (timeout = 5s)');
      expect(await book.describe(token)).to.deep.equal({
        address: token,
        symbol: `${token.slice(0, 6)}…${token.slice(-4)}`,
        verified: true,
        decimals: null,
      });
    });

    it('is not asked again for a minute, and then it is', async () => {
      let nowMs = 1_000_000;
      book = createTokenBook(rpc, { nowMs: () => nowMs, known: knownCoins(31_337, [token]) });
      unusable('execution aborted (timeout = 5s)');
      await book.describe(token);
      rpc.disturb(null);
      nowMs += 59_000;
      expect((await book.describe(token)).decimals).to.equal(null);
      nowMs += 2_000;
      expect(await book.describe(token)).to.include({ symbol: 'TEST', decimals: 18 });
    });
  });

  for (const decimals of [`0x${(78).toString(16).padStart(64, '0')}`, '0x12', `0x${'ff'.repeat(64)}`]) {
    it(`gives no decimals for the answer ${decimals.slice(0, 12)}… of ${decimals.length / 2 - 1} bytes`, async () => {
      answering({ decimals });
      expect((await book.describe(token)).decimals).to.equal(null);
    });
  }

  for (const symbol of ['0x', word(''), encoded('\u{202e}\u{200b} '), `0x${'ff'.repeat(64)}`]) {
    it(`falls back to the address for the symbol ${symbol.slice(0, 12)}… of ${symbol.length / 2 - 1} bytes`, async () => {
      answering({ symbol });
      expect((await book.describe(token)).symbol).to.equal(`${token.slice(0, 6)}…${token.slice(-4)}`);
    });
  }

  it('knows the native coin without asking', async () => {
    expect(await book.describe(ZeroAddress)).to.deep.equal({
      address: ZeroAddress,
      symbol: 'ETH',
      verified: true,
      decimals: 18,
    });
    expect(await createTokenBook(rpc, { nativeSymbol: 'POL' }).describe(ZeroAddress)).to.include({
      symbol: 'POL',
    });
    expect(rpc.calls).to.deep.equal([]);
  });

  it('asks a token once, whatever the case of its address and however many ask', async () => {
    const upper = `0x${token.slice(2).toUpperCase()}`;
    const answers = await Promise.all([book.describe(token), book.describe(upper)]);
    for (const answer of answers)
      expect(answer).to.deep.equal({ address: token, symbol: 'TEST', verified: true, decimals: 18 });
    expect(rpc.calls.length).to.equal(2);
  });

  it('reads a symbol of 32 bytes, as old tokens have', async () => {
    answering({ symbol: word('MKR') });
    expect((await book.describe(token)).symbol).to.equal('MKR');
  });

  it('cuts a symbol that is long or holds invisible characters', async () => {
    answering({ symbol: encoded(`A\u{202e}B C${'x'.repeat(500)}`) });
    expect((await book.describe(token)).symbol).to.equal(`ABC${'x'.repeat(17)}`);
  });
});

describe('createTokenBook() on anvil', () => {
  let anvil: Anvil;
  before(async () => {
    anvil = await startAnvil({ chainId: 31_337 });
  });
  after(() => anvil?.stop());

  for (const [what, code] of [
    ['reads beyond what was returned', '0x6001600060003e00'],
    ['pushes for ever', '0x5b6000600056'],
    ['loops for ever', '0x5b600056'],
    ['is no code', '0xfe'],
    ['jumps to where nothing is', '0x600356'],
  ] as const) {
    it(`describes a token that ${what}`, async () => {
      const rpc = new HttpRpc({ url: anvil.url });
      const address = `0x${'c0de'.repeat(10)}`;
      await call(rpc, 'anvil_setCode', [address, code]);
      expect(await createTokenBook(rpc).describe(address)).to.include({ address, decimals: null });
    });
  }
});
