import { JsonRpcProvider } from 'ethers';
import { dataFolder, getJson, removeFolder, startHost } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { installExtension } from './extension.ts';
import { visit } from './visit.ts';

const DEVNET = 31_337;

interface Channels {
  channels: {
    contract: string;
    provider_wallet: string;
    authorizer: string;
    salt: string;
    deposit_base_units: string;
    claimed_base_units: string;
    withdrawable_at: string | null;
  }[];
}

export type Paying = Awaited<ReturnType<typeof startPaying>>;

/** A host, and browsers of people who pay it from deposits. */
export async function startPaying() {
  await using parts = new AsyncDisposableStack();
  const dataDir = await dataFolder();
  parts.defer(() => removeFolder(dataDir));
  const host = await startHost({ dataDir });
  parts.defer(async () => void (await host.end('SIGTERM')));
  const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
  parts.defer(() => chain.destroy());
  const browser = await startChromium();
  parts.defer(() => browser.close());
  const running = parts.move();
  return {
    ...{ dataDir, host, chain },
    /** A browser of its own with a test wallet in it. */
    async visitBy(viewer: number) {
      const me = await visit(browser, host.url);
      const signer = testWallet(viewer, chain);
      return { me, extension: await installExtension(me.context, { signer, chainId: DEVNET }) };
    },
    channelsOf: async (viewer: number) =>
      (await getJson<Channels>(`${host.url}/wallets/${testWallet(viewer).address}/channels`)).channels,
    stop: () => running.disposeAsync(),
  };
}
