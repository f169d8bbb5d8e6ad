import { expect } from 'chai';
import { AbiCoder, TypedDataEncoder, ZeroAddress, ZeroHash } from 'ethers';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import type { Rpc } from '../../../indexer/rpc/rpc.ts';
import { createReadTokenDomain } from '../../../indexer/tokens/token-domain.ts';
import { rejected } from '../../rejection.ts';

const CHAIN_ID = 8_453;
const TOKEN = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';
const DOMAIN = { name: 'USD Coin', version: '2', chainId: CHAIN_ID, verifyingContract: TOKEN };
const [EIP_5267, SEPARATOR, NAME, VERSION] = ['0x84b0196e', '0x3644e515', '0x06fdde03', '0x54fd4d50'];
const encode = (types: string[], values: unknown[]) => AbiCoder.defaultAbiCoder().encode(types, values);
const text = (value: string) => encode(['string'], [value]);
const separatorOf = (change: Partial<typeof DOMAIN> = {}) =>
  TypedDataEncoder.hashDomain({ ...DOMAIN, ...change });
const described = (change: { fields?: string; name?: string; chainId?: number; at?: string } = {}) => {
  const { fields = '0x0f', name = DOMAIN.name, chainId = CHAIN_ID, at = TOKEN } = change;
  const types = ['bytes1', 'string', 'string', 'uint256', 'address', 'bytes32', 'uint256[]'];
  return encode(types, [fields, name, DOMAIN.version, chainId, at, ZeroHash, []]);
};

/** A token that answers these calls and reverts on all others. */
function domainOf(answers: Record<string, string>) {
  const rpc: Rpc = {
    batch: async (calls) =>
      calls.map(({ method, params }) => {
        const { to, data } = params[0] as { to: string; data: string };
        expect(to).to.equal(TOKEN);
        const answer = answers[data];
        if (answer === undefined) throw new RpcError('refused', method, 'execution reverted');
        return answer;
      }),
  };
  return createReadTokenDomain(rpc, CHAIN_ID)(TOKEN.toLowerCase());
}

describe('createReadTokenDomain()', () => {
  const named = { [NAME]: text(DOMAIN.name), [VERSION]: text(DOMAIN.version) };

  it('reads what a token says of itself by EIP-5267', async () => {
    expect(await domainOf({ [EIP_5267]: described() })).to.deep.equal(DOMAIN);
    expect(await domainOf({ [EIP_5267]: described(), [SEPARATOR]: separatorOf() })).to.deep.equal(DOMAIN);
  });

  it('reads name and version of an older one, where they give the hash that it checks by', async () => {
    expect(await domainOf({ ...named, [SEPARATOR]: separatorOf() })).to.deep.equal(DOMAIN);
  });

  it('takes none that does not fit', async () => {
    for (const answers of [
      {},
      named,
      { [SEPARATOR]: separatorOf() },
      { ...named, [SEPARATOR]: separatorOf({ version: '1' }) },
      { ...named, [SEPARATOR]: separatorOf({ chainId: 1 }) },
      { ...named, [SEPARATOR]: '0x' },
      { ...named, [NAME]: '0x1234', [SEPARATOR]: separatorOf() },
      { [EIP_5267]: described({ name: 'Other' }), [SEPARATOR]: separatorOf() },
      { [EIP_5267]: described({ chainId: 1 }) },
      { [EIP_5267]: described({ at: ZeroAddress }) },
      { [EIP_5267]: described({ fields: '0x1f' }) },
      { [EIP_5267]: '0x1234' },
    ]) {
      expect(await domainOf(answers), JSON.stringify(answers)).to.equal(null);
    }
  });

  it('throws RpcError when the chain can not be asked', async () => {
    const rpc: Rpc = {
      batch: async () => {
        throw new RpcError('unreachable', 'eth_call', 'down');
      },
    };
    await rejected(createReadTokenDomain(rpc, CHAIN_ID)(TOKEN), RpcError);
  });
});
