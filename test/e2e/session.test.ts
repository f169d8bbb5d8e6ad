import { expect } from 'chai';
import { Wallet } from 'ethers';
import { dataFolder, type HostProcess, removeFolder, startHost } from './host.ts';

describe('a session', () => {
  let dataDir: string;
  let host: HostProcess | undefined;
  before(async () => {
    dataDir = await dataFolder();
  });
  after(async () => {
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  it('holds across kill -9 of the host, and what was signed for it signs in once', async () => {
    const wallet = Wallet.createRandom();
    host = await startHost({ dataDir });
    const offer = await fetch(`${host.url}/auth/nonce?wallet=${wallet.address}`);
    const { message } = (await offer.json()) as { message: string };
    const signed = { message, signature: await wallet.signMessage(message) };
    const entered = await signIn(host, signed);
    expect(entered.status).to.equal(200);
    const { token } = (await entered.json()) as { token: string };

    await host.end('SIGKILL');
    host = await startHost({ dataDir });
    const own = `${host.url}/wallets/${wallet.address}/uploads`;
    const answer = await fetch(own, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).to.equal(200);
    expect(await answer.json()).to.deep.equal({ uploads: [], receiving: [], packaging: [] });
    const again = await signIn(host, signed);
    expect(again.status).to.equal(401);
    expect(await again.json()).to.include({ code: 'nonce_invalid' });
  });
});

function signIn({ url }: HostProcess, signed: { message: string; signature: string }): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}/auth/sign-in`, { method: 'POST', headers, body: JSON.stringify(signed) });
}
