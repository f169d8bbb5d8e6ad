import { openAsBlob } from 'node:fs';
import { expect } from 'chai';
import { JsonRpcProvider, Wallet } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { TestToken__factory } from '../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { useHost } from '../e2e/host.ts';
import { runNode } from './run.ts';

const UNSET = { ETH_RPC_URL: '', PRIVATEKEY: '', CONTRACT_ADDRESS: '', LOG_LEVEL: '' };

describe('npm run demo', () => {
  const host = useHost();

  const demo = (env: Record<string, string> = {}) =>
    runNode(['scripts/demo.ts'], {
      ...UNSET,
      DATA_DIR: host.dataDir,
      PORT: new URL(host.url).port,
      DEVNET_PORT: new URL(host.rpcUrl).port,
      ...env,
    });

  it('says in one line that no host answers', async () => {
    expect(await demo({ PORT: '1' })).to.include({
      how: 1,
      stderr: 'No host answers at http://127.0.0.1:1: run npm start in another terminal first.\n',
    });
  });

  it('needs the development chain', async () => {
    const ended = await demo({ ETH_RPC_URL: host.rpcUrl });
    expect(ended).to.include({
      how: 1,
      stderr: 'The demonstration needs the development chain: unset ETH_RPC_URL.\n',
    });
  });

  it('shows the whole circle', () => wholeCircle());

  it('shows it again on the same host, where its creator also sells the video in a token', async () => {
    expect(await sellInToken()).to.equal(200);
    await wholeCircle();
  });

  async function wholeCircle(): Promise<void> {
    const { how, stdout, stderr } = await demo();
    expect({ how, stderr }, stdout).to.deep.equal({ how: 0, stderr: '' });
    expect(stdout.match(/^\d\. /gm)).to.have.lengthOf(8);
    expect(stdout).to.match(/^ {3}Paid 1 view:$/m);
    expect(stdout.trimEnd()).to.match(/every amount was right to the wei\.$/);
  }

  /** @returns the status of the upload. */
  async function sellInToken(): Promise<number> {
    const [operator, creator] = publicTestAccounts();
    const provider = new JsonRpcProvider(host.rpcUrl);
    const deployed = await new TestToken__factory(new Wallet(operator?.privateKey ?? '', provider)).deploy();
    await deployed.waitForDeployment();
    const form = new FormData();
    const terms = { creator_share: 70, provider_share: 30, price: 5, token: await deployed.getAddress() };
    const meta = { video_name: 'In a token', content_creator_wallet: creator?.address, ...terms };
    form.set('json_data', JSON.stringify(meta));
    form.set('file', await openAsBlob('data/video.mp4'), 'video.mp4');
    provider.destroy();
    return (await fetch(`${host.url}/upload-content`, { method: 'POST', body: form })).status;
  }
});
