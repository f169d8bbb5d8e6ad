import { expect } from 'chai';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { dataFolder, removeFolder, spawnHost } from './host.ts';

const [own, cold] = publicTestAccounts();

describe('npm start on mainnet', () => {
  let chain: Anvil;
  let dataDir: string;
  before(async () => {
    dataDir = await dataFolder();
    chain = await startAnvil({ chainId: 1 });
  });
  after(async () => {
    await chain?.stop();
    await removeFolder(dataDir);
  });

  const start = async (env: Record<string, string>) => {
    const { gone, output } = spawnHost({ dataDir, env: { ETH_RPC_URL: chain.url, ...env } });
    expect(await gone).to.equal(1);
    return output();
  };
  /** How far a start gets where earnings are safe: nothing is deployed on this chain. */
  const GOES_ON = /^No StreamHost is known on chain 1:/;

  it("refuses to earn to the host's own key, in one line that says what to set", async () => {
    const key = { PRIVATEKEY: own?.privateKey ?? '' };
    for (const wallet of ['', own?.address ?? '', own?.address.toLowerCase() ?? '']) {
      expect(await start({ ...key, PROVIDER_WALLET: wallet })).to.match(
        /^On mainnet .*: set PROVIDER_WALLET .* npm run provide -- --setup\.\n$/,
      );
    }
    expect(await start({ ...key, PROVIDER_WALLET: cold?.address ?? '' })).to.match(GOES_ON);
  });

  it('asks for nothing where there is no key', async () => {
    expect(await start({})).to.match(GOES_ON);
  });
});
