import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import type { ToSign } from '../../indexer/contract/calls/wallet-calls.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { StreamHost } from '../../types/ethers-contracts/StreamHost.ts';
import { authorize } from '../indexer/http/signing.ts';
import { forwardTo, PROXY_KEY, type RpcProxy, startProxy } from '../indexer/sync/proxy.ts';
import { eventually, getJson, type HostProcess } from './host.ts';
import { type PersonalWallet, type PublicChain, startPublicChain } from './public-chain.ts';
import { ask, signedRequest, signIn, upload, writeSigned } from './wallet-client.ts';

const PRICE = parseEther('0.001');
const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const STREAM_URL = 'https://provider.example/stream';

interface Actors {
  creator: PersonalWallet;
  provider: PersonalWallet;
  viewer: PersonalWallet;
}

/** Who acts, by the kind of wallet of creator and provider. */
const KINDS: [kind: string, actors: (chain: PublicChain) => Promise<Actors>][] = [
  [
    'plain keys',
    async (chain) => ({ creator: chain.plain(1), provider: chain.plain(2), viewer: chain.plain(3) }),
  ],
  [
    'smart wallets (ERC-1271)',
    async (chain) => ({
      creator: await chain.smart(1),
      provider: await chain.smart(2),
      viewer: chain.plain(3),
    }),
  ],
  [
    'accounts with borrowed code (EIP-7702)',
    async (chain) => {
      const [creator, provider, viewer] = [4, 5, 6].map((index) => () => chain.delegated(index));
      if (!creator || !provider || !viewer) throw new RangeError('there are three');
      return { creator: await creator(), provider: await provider(), viewer: await viewer() };
    },
  ],
];

describe('on a public chain, with only ETH_RPC_URL and PRIVATEKEY set,', () => {
  let chain: PublicChain;
  let host: HostProcess;
  let endpoint: RpcProxy;
  before(async () => {
    chain = await startPublicChain();
    endpoint = await startProxy(forwardTo(chain.url));
    // Of two endpoints the first is gone: everything goes through the second, writes as well.
    const urls = `http://127.0.0.1:1/v3/${PROXY_KEY},${endpoint.url}`;
    host = await chain.startHost({ ETH_RPC_URL: urls, LOG_LEVEL: 'trace' });
  });
  after(async () => {
    await host?.end('SIGKILL');
    await endpoint?.stop();
    await chain?.stop();
  });

  it('the host follows the contract that was deployed, and says who pays for what is signed', async () => {
    expect(host.output()).to.contain(`sepolia, by ETH_RPC_URL`);
    expect(host.output()).to.contain(`contract  ${chain.contract}`);
    expect(host.output()).to.contain(`signed by any wallet, submitted by ${chain.operator.address}`);
    expect(host.output()).to.not.match(/public test keys/i);
  });

  for (const [kind, actorsOn] of KINDS) {
    it(`${kind} sign in, upload, publish, register, are paid, report, deregister and withdraw`, async () => {
      const { creator, provider, viewer } = await actorsOn(chain);
      const contract = StreamHost__factory.connect(chain.contract, viewer.signer);
      const own = { content_creator_wallet: creator.address };
      const balances = () =>
        Promise.all([creator, provider].map(({ address }) => chain.provider.getBalance(address)));
      const before = await balances();

      const media = Buffer.from(`a video of ${kind}`);
      const uploaded = await upload(host, await signIn(host, creator), media, {
        video_name: kind,
        ...own,
        ...TERMS,
      });
      expect(uploaded.status, JSON.stringify(uploaded.body)).to.equal(202);
      const { cid } = uploaded.body.meta as { cid: string };
      const { typed_data } = uploaded.body.publish as ToSign;
      const published = await ask(host, 'POST', '/contents', {
        cid,
        video_name: kind,
        ...own,
        terms: TERMS,
        ...(await authorize(creator.signer, typed_data)),
      });
      expect(published.status, JSON.stringify(published.body)).to.equal(200);
      const { content_id } = published.body.content as { content_id: string };
      const stream = { stream_url: STREAM_URL, content_distributor_wallet: provider.address };
      await writeSigned(host, provider, 'POST', '/register', {
        cid,
        video_name: kind,
        ...own,
        ...TERMS,
        ...stream,
      });
      const { streams } = await getJson<{ streams: object[] }>(`${host.url}/streams/${cid}`);
      expect(streams).to.have.length(1);
      // Nobody paid for gas but the operator.
      expect(await balances()).to.deep.equal(before);

      const payment = await contract.payView(content_id, provider.address, 1, PRICE, { value: PRICE });
      const paid = await payment.wait();
      const records = await historyOf(host, cid);
      expect(records).to.have.length(1);
      expect(records[0]).to.include({
        source: 'direct',
        blockchain_address: viewer.address,
        provider_wallet: provider.address,
        creator_wallet: creator.address,
        tx_hash: paid?.hash,
        creator_amount: '0.0007',
        provider_amount: '0.0003',
      });

      const reported = await ask(
        host,
        'POST',
        '/api/record-view',
        {
          cid,
          blockchain_address: viewer.address,
          provider_wallet: provider.address,
          creator_wallet: creator.address,
          price: TERMS.price,
          timestamp: new Date().toISOString(),
        },
        await signIn(host, viewer),
      );
      expect(reported.body).to.include({ settled: true });

      const end = { cid, content_distributor_wallet: provider.address };
      await writeSigned(host, provider, 'POST', '/deregister', end);
      expect(await getJson(`${host.url}/streams/${cid}`)).to.deep.equal({ streams: [] });
      const { uploads } = (
        await ask(host, 'GET', `/wallets/${creator.address}/uploads`, undefined, await signIn(host, creator))
      ).body;
      expect(uploads).to.deep.equal([]);

      expect(await withdraw(contract, creator)).to.equal(parseEther('0.0007'));
      expect(await withdraw(contract, provider)).to.equal(parseEther('0.0003'));
      expect(await balanceOf(host, creator.address)).to.equal('0');
    });
  }

  it('the creator announces other terms, takes them back, and retires the content', async () => {
    const creator = chain.plain(7);
    const [own, cid] = [{ content_creator_wallet: creator.address }, CID];
    const path = `/contents/${cid}`;
    await writeSigned(host, creator, 'POST', '/contents', { cid, video_name: 'A', ...own, terms: TERMS });
    const scheduled = async () => {
      const { contents } = await getJson<{ contents: { scheduled: { price: string; retires: boolean } }[] }>(
        `${host.url}${path}?creator=${creator.address}`,
      );
      return contents[0]?.scheduled ?? null;
    };
    await writeSigned(host, creator, 'PATCH', path, { ...own, terms: { ...TERMS, price: '0.002' } });
    expect(await scheduled()).to.include({ price: '0.002', retires: false });
    await writeSigned(host, creator, 'PATCH', path, { ...own, terms: null });
    expect(await scheduled()).to.equal(null);
    await writeSigned(host, creator, 'DELETE', path, own);
    expect(await scheduled()).to.include({ retires: true });
  });

  it('an address without a contract is told in one line, and nothing starts', async () => {
    const nowhere = '0x000000000000000000000000000000000000dEaD';
    const { gone, output } = chain.spawnHost({ CONTRACT_ADDRESS: nowhere });
    expect(await gone).to.equal(1);
    expect(output()).to.match(
      /^There is no contract at 0x0{36}dEaD on chain 11155111: CONTRACT_ADDRESS .*\n$/,
    );
  });

  it('a write that a node limits is worth trying again, and no word of the contract', async () => {
    const creator = chain.plain(8);
    const own = { cid: CID, video_name: 'B', content_creator_wallet: creator.address, terms: TERMS };
    const signed = await signedRequest(host, creator, 'POST', '/contents', own);
    const error = { code: 429, message: `${PROXY_KEY} has exceeded its compute units` };
    endpoint.disturb(async (body, ask) => {
      const limited = [body].flat().find(({ method }) => method === 'eth_call');
      return limited ? { jsonrpc: '2.0', id: limited.id, error } : await ask(body);
    });
    try {
      const answer = await fetch(`${host.url}/contents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(signed),
      });
      const problem = (await answer.json()) as { code: string };
      const told = [answer.status, answer.headers.get('retry-after'), problem.code];
      expect(told).to.deep.equal([503, '1', 'unavailable']);
    } finally {
      endpoint.disturb(null);
    }
  });

  it('a write says that it is worth trying again while the chain does not answer', async () => {
    await chain.stopNode();
    const body = { cid: CID, content_distributor_wallet: chain.plain(2).address };
    const { status, body: problem } = await ask(host, 'POST', '/deregister', body);
    expect({ status, code: problem.code }).to.deep.equal({ status: 503, code: 'unavailable' });
  });

  it('neither the log nor /readyz holds the key in the address of an endpoint', async () => {
    const down = await eventually(
      10_000,
      async () => await (await fetch(`${host.url}/readyz`)).text(),
      (text) => text.includes('"down"'),
    );
    const problem = await ask(host, 'GET', '/chain');
    const told = [down, JSON.stringify(problem.body), host.output()].join('\n');
    expect(told).to.contain("can't be reached");
    expect(told).to.not.contain(PROXY_KEY);
  });
});

/**
 * By the wallet itself; a smart wallet can be paid out by anybody, to itself only.
 * @returns what arrived there, in wei.
 */
async function withdraw(contract: StreamHost, { address, signer }: PersonalWallet): Promise<bigint> {
  const isOwn = address === signer.address;
  const sent = isOwn
    ? await contract.connect(signer).withdraw(ZeroAddress)
    : await contract.withdrawFor(address, ZeroAddress);
  const receipt = await sent.wait();
  if (receipt === null) throw new Error('nothing was withdrawn');
  const { provider } = signer;
  const [before, after] = await Promise.all(
    [receipt.blockNumber - 1, receipt.blockNumber].map((block) => provider?.getBalance(address, block)),
  );
  return (after ?? 0n) - (before ?? 0n) + (isOwn ? receipt.fee : 0n);
}

interface HistoryRow {
  source: string;
}

async function historyOf(host: HostProcess, cid: string): Promise<HistoryRow[]> {
  const rows = async () =>
    (await getJson<{ records: HistoryRow[] }>(`${host.url}/api/get-records/cid/${cid}`)).records;
  return eventually(10_000, rows, ({ length }) => length > 0);
}

/** What the host says that a wallet can still withdraw, once it has seen the withdrawal. */
async function balanceOf(host: HostProcess, wallet: string): Promise<string | undefined> {
  const balance = async () => {
    const { by_coin } = await getJson<{ by_coin: { balance: string }[] }>(
      `${host.url}/wallets/${wallet}/earnings`,
    );
    return by_coin[0]?.balance;
  };
  return eventually(10_000, balance, (left) => left === '0');
}
