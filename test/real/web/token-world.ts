import { getCreateAddress, JsonRpcProvider, Wallet } from 'ethers';
import { SignedToken__factory } from '../../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { dataFolder, removeFolder, startHost } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';

const ISSUER = 9;
/** The issuer's first contract on a new chain: known before it is there, as a host has to know it. */
export const TOKEN = getCreateAddress({ from: testWallet(ISSUER).address, nonce: 0 });
/** Its smallest amount that people write as one. */
export const ONE = 10n ** 18n;

/** A host of the development chain with a token that moves by signature, as USDC does. */
export async function startTokenWorld(env: Record<string, string> = {}) {
  const dataDir = await dataFolder();
  const host = await startHost({ dataDir, env: { KNOWN_TOKENS: TOKEN, ...env } });
  const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
  const token = await new SignedToken__factory(testWallet(ISSUER, chain)).deploy();
  await token.waitForDeployment();
  return {
    dataDir,
    host,
    chain,
    token,
    /** Somebody with so much of the token, and nothing else. */
    async viewerWith(amount: bigint): Promise<Wallet> {
      const viewer = new Wallet(Wallet.createRandom().privateKey, chain);
      await (await token.mint(viewer, amount)).wait();
      return viewer;
    },
    async pass(seconds: number): Promise<void> {
      await chain.send('evm_increaseTime', [seconds]);
      await chain.send('evm_mine', []);
    },
    async stop(): Promise<void> {
      chain.destroy();
      await host.end('SIGTERM');
      await removeFolder(dataDir);
    },
  };
}

export type TokenWorld = Awaited<ReturnType<typeof startTokenWorld>>;
