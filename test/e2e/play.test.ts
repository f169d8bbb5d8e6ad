import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import { ACCESS_TYPES, accessDomain } from '../../indexer/playback/access.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, type HostProcess } from './host.ts';
import { type PersonalWallet, type PublicChain, startPublicChain } from './public-chain.ts';
import { ask, signIn, upload } from './wallet-client.ts';

const PRICE = parseEther('0.001');
const SITE = 'https://host.example.org';
const FILM = 'a film that is sold';

describe('a film that a host sells on a public chain', () => {
  let chain: PublicChain;
  let host: HostProcess;
  let viewer: PersonalWallet;
  let cid: string;
  let contentId: string;
  const secrets: string[] = [];
  let output = '';

  const start = async () => {
    host = await chain.startHost({ PUBLIC_URL: SITE, LOG_LEVEL: 'trace', LOG_READY_ANSWERS: '1' });
  };
  const stop = async (signal: NodeJS.Signals) => {
    await host.end(signal);
    output += host.output();
  };

  before(async function () {
    this.timeout(180_000);
    chain = await startPublicChain();
    await start();
    viewer = chain.plain(3);
    const creator = chain.plain(1);
    const meta = { video_name: 'Film', content_creator_wallet: creator.address, price: '0.001' };
    const shares = { creator_share: 70, provider_share: 30 };
    const stored = await upload(host, await signIn(host, creator), Buffer.from(FILM), { ...meta, ...shares });
    ({ cid } = stored.body.meta as { cid: string });
    const contract = StreamHost__factory.connect(chain.contract, creator.signer);
    const terms = { pricePerUnit: PRICE, providerShareBps: 3_000, unit: 0 };
    const listing = { cid, token: ZeroAddress, ...terms, name: 'Film', metadata: '' };
    await (await contract.publish(listing)).wait();
    contentId = await contract.contentIdOf(creator.address, ZeroAddress, cid);
    const own = StreamHost__factory.connect(chain.contract, chain.operator);
    await (await own.registerStream(contentId, `${SITE}/play/${cid}`)).wait();
    await eventually(
      10_000,
      () => play(),
      ({ status }) => status === 402,
    );
  });
  after(async () => {
    await host?.end('SIGKILL');
    await chain?.stop();
  });

  async function play(token?: string) {
    const answer = await fetch(`${host.url}/play/${token === undefined ? '' : `~${token}/`}${cid}`);
    return { status: answer.status, text: await answer.text() };
  }
  async function pay(): Promise<void> {
    const contract = StreamHost__factory.connect(chain.contract, viewer.signer);
    const seller = chain.operator.address;
    await (await contract.payView(contentId, seller, 1, PRICE, { value: PRICE })).wait();
  }
  async function access() {
    const { chainId } = await chain.provider.getNetwork();
    const nonce = `0x${randomBytes(32).toString('hex')}`;
    const message = { account: viewer.address, provider: chain.operator.address, audience: SITE, nonce };
    const expiresAtSec = Math.floor(Date.now() / 1000) + 120;
    const signature = await viewer.signer.signTypedData(
      accessDomain(Number(chainId), chain.contract),
      ACCESS_TYPES,
      { ...message, contentId, expiresAtSec },
    );
    secrets.push(signature);
    const body = { ...message, content_id: contentId, expires_at_sec: expiresAtSec, signature };
    return await ask(host, 'POST', `/play/${cid}/access`, body);
  }
  async function token(): Promise<string> {
    const { status, body } = await access();
    expect(status, JSON.stringify(body)).to.equal(200);
    secrets.push(String(body.token));
    return String(body.token);
  }

  it('plays at once for who has paid, though the records had not seen it yet', async () => {
    expect((await access()).status).to.equal(402);
    await pay();
    expect(await play(await token())).to.deep.equal({ status: 200, text: FILM });
  });

  it('goes on for the payer when the host was killed, by the same token, and elsewhere by a signature', async () => {
    const before = await token();
    await stop('SIGKILL');
    await start();
    expect(await play(before)).to.deep.equal({ status: 200, text: FILM });
    const elsewhere = await token();
    expect((await play(elsewhere)).status).to.equal(200);
    expect((await play(before)).status).to.equal(401);
  });

  it('closes when the chain takes the payment back', async () => {
    await chain.provider.send('anvil_mine', ['0x2']);
    const at = Number(await chain.provider.send('eth_blockNumber', []));
    const open = await token();
    expect((await play(open)).status).to.equal(200);
    const [{ block }] = await paidRecords();
    await chain.provider.send('anvil_reorg', [at - block + 1, []]);
    await chain.provider.send('anvil_mine', ['0x1']);
    const { status } = await eventually(
      20_000,
      () => play(open),
      // 503 while the new blocks are read.
      (answer) => answer.status !== 200 && answer.status !== 503,
    );
    expect(status).to.equal(402);
    expect((await access()).status).to.equal(402);
    await pay();
    expect((await play(await token())).status).to.equal(200);
  });

  async function paidRecords(): Promise<[{ block: number }]> {
    const { body } = await ask(host, 'GET', `/api/get-records/cid/${cid}`);
    return body.records as [{ block: number }];
  }

  it('left no token and no signature in the log, at whatever level', async () => {
    await stop('SIGTERM');
    expect(output).to.contain('/play/~…/');
    expect(secrets).to.have.length.above(6);
    for (const secret of secrets) expect(output).to.not.contain(secret);
  });
});
