import { JsonRpcProvider, ZeroAddress } from 'ethers';
import { dataFolder, removeFolder, startHost } from '../../e2e/host.ts';
import { BLOCKS_EVERY_SECOND, startPublicChain } from '../../e2e/public-chain.ts';
import { testWallet } from '../../wallets.ts';
import { type Extension, installInPage } from './extension.ts';
import { freePort } from './free-port.ts';
import type { PuppeteerVisit } from './puppeteer-visit.ts';

const [DEVNET, SEPOLIA] = [31_337, 11_155_111];

/** A host, and how people bring a wallet to its page. */
export interface CircleWorld {
  url: string;
  /** With the wallet that one has on such a chain: a test wallet, or one in the browser. @param index of a test account */
  connect(visit: PuppeteerVisit, index: number): Promise<unknown>;
  /** With a wallet in the browser. */
  connectExtension(visit: PuppeteerVisit, index: number): Promise<Extension>;
  stop(): Promise<void>;
}

export async function startEmbeddedWorld(): Promise<CircleWorld> {
  const dataDir = await dataFolder();
  const host = await startHost({ dataDir, env: { PORT: String(await freePort()) } });
  const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
  return {
    url: host.url,
    async connect(visit, index) {
      await visit.open('/');
      await visit.takeTestWallet(index + 1);
    },
    connectExtension: (visit, index) => withExtension(visit, chain, DEVNET, index),
    async stop() {
      chain.destroy();
      await host.end('SIGTERM');
      await removeFolder(dataDir);
    },
  };
}

/** On anvil. What a viewer has left is given back at once where the operator has named the coin. */
export async function startSepoliaWorld(): Promise<CircleWorld> {
  const chain = await startPublicChain(BLOCKS_EVERY_SECOND);
  const host = await chain.startHost({
    PORT: String(await freePort()),
    RELAY_DEPOSIT_MIN: `${ZeroAddress}:1`,
  });
  const connectExtension = (visit: PuppeteerVisit, index: number) =>
    withExtension(visit, chain.provider, SEPOLIA, index);
  return {
    ...{ url: host.url, connect: connectExtension, connectExtension },
    async stop() {
      await host.end('SIGTERM');
      await chain.stop();
    },
  };
}

async function withExtension(
  visit: PuppeteerVisit,
  chain: JsonRpcProvider,
  chainId: number,
  index: number,
): Promise<Extension> {
  const extension = await installInPage(visit.page, { signer: testWallet(index, chain), chainId });
  await visit.open('/');
  await visit.takeWallet(`^${extension.name}$`);
  return extension;
}
