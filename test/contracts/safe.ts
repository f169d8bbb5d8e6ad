import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { AbiCoder, type BaseContract, Contract, ContractFactory, concat, ZeroAddress } from 'ethers';
import { members } from './members.ts';
import { ethers } from './world.ts';

const require = createRequire(import.meta.url);
const BUILT = '@safe-global/safe-smart-account/build/artifacts/contracts';

/** A real Safe of these owners, of whom two must sign. */
export interface Safe {
  address: string;
  contract: BaseContract;
  owners: HardhatEthersSigner[];
}

export async function newSafe(owners: HardhatEthersSigner[]): Promise<Safe> {
  const [deployer] = owners;
  if (!deployer) throw new Error('a Safe needs owners');
  const singleton = await deployed('Safe.sol/Safe', deployer);
  const handler = await deployed(
    'handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler',
    deployer,
  );
  const factory = await deployed('proxies/SafeProxyFactory.sol/SafeProxyFactory', deployer);
  const setUp = singleton.interface.encodeFunctionData('setup', [
    owners.map((owner) => owner.address),
    2,
    ZeroAddress,
    '0x',
    await handler.getAddress(),
    ZeroAddress,
    0,
    ZeroAddress,
  ]);
  const create = factory.getFunction('createProxyWithNonce');
  const address: string = await create.staticCall(singleton, setUp, 0);
  await create.send(singleton, setUp, 0);
  return { address, contract: new Contract(address, singleton.interface, deployer), owners };
}

/** The Safe makes a call that the first two owners signed. */
export async function executeBySafe({ address, contract, owners }: Safe, to: string, data: string) {
  const rest = { value: 0n, operation: 0, safeTxGas: 0n, baseGas: 0n, gasPrice: 0n };
  const nobody = { gasToken: ZeroAddress, refundReceiver: ZeroAddress };
  const nonce: bigint = await contract.getFunction('nonce')();
  const message = { to, data, ...rest, ...nobody, nonce };
  const signatures = await signedByOwners(owners.slice(0, 2), await domainOf(address), SAFE_TX, message);
  const { value, operation, safeTxGas, baseGas, gasPrice } = rest;
  const gas = [safeTxGas, baseGas, gasPrice, ZeroAddress, ZeroAddress] as const;
  return await contract.getFunction('execTransaction').send(to, value, data, operation, ...gas, signatures);
}

/** What a Safe takes for its signature of a digest (ERC-1271): its owners sign the digest as a SafeMessage. */
export async function signAsSafe(
  safe: string,
  owners: HardhatEthersSigner[],
  digest: string,
): Promise<string> {
  const message = AbiCoder.defaultAbiCoder().encode(['bytes32'], [digest]);
  const types = { SafeMessage: members('bytes message') };
  return await signedByOwners(owners, await domainOf(safe), types, { message });
}

const SAFE_TX = {
  SafeTx: members(
    'address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, ' +
      'address gasToken, address refundReceiver, uint256 nonce',
  ),
};

/** One signature after the other, in the order of the owners' addresses. */
async function signedByOwners(
  owners: HardhatEthersSigner[],
  ...typed: Parameters<HardhatEthersSigner['signTypedData']>
): Promise<string> {
  const inOrder = owners.toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  return concat(await Promise.all(inOrder.map((owner) => owner.signTypedData(...typed))));
}

async function domainOf(verifyingContract: string) {
  return { chainId: (await ethers.provider.getNetwork()).chainId, verifyingContract };
}

async function deployed(name: string, deployer: HardhatEthersSigner): Promise<BaseContract> {
  const { abi, bytecode } = JSON.parse(readFileSync(require.resolve(`${BUILT}/${name}.json`), 'utf8'));
  return await new ContractFactory(abi, bytecode, deployer).deploy();
}
