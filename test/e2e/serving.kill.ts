import { expect } from 'chai';
import { randomBytes } from 'ethers';
import type { ToSign } from '../../indexer/contract/calls/wallet-calls.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, getJson, type HostProcess } from './host.ts';
import { type PublicChain, startPublicChain } from './public-chain.ts';
import { shuffled } from './shuffled.ts';
import { signIn, upload } from './wallet-client.ts';

/** Where the host is killed while it does what an upload with `serve` has asked for. */
const POINTS = ['serving.authorized', 'relay.signed', 'relay.sent', 'serving.written'];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_129);
const AT = { PUBLIC_URL: 'https://host.example' };

describe(`a host that is killed while it begins to serve an upload (seed ${SEED})`, () => {
  let chain: PublicChain;
  before(async () => {
    chain = await startPublicChain();
  });
  after(() => chain?.stop());

  async function uploadTo(host: HostProcess) {
    const creator = chain.plain(1);
    const meta = { video_name: 'A', content_creator_wallet: creator.address, creator_share: 70 };
    const { body, status } = await upload(
      host,
      await signIn(host, creator),
      new Uint8Array(randomBytes(9_000)),
      {
        ...meta,
        ...{ provider_share: 30, price: '0.001', serve: true },
      },
    );
    expect(status, JSON.stringify(body)).to.equal(202);
    expect(body.stream).to.equal(null);
    const { cid } = body.meta as { cid: string };
    return { cid, transaction: (body.publish as ToSign).transaction };
  }
  const streamUrls = async (host: HostProcess, cid: string) => {
    const { streams } = await getJson<{ streams: { stream_url: string }[] }>(`${host.url}/streams/${cid}`);
    return streams.map(({ stream_url }) => stream_url);
  };
  async function publish({ to, data }: ToSign['transaction']): Promise<void> {
    await (await chain.plain(1).signer.sendTransaction({ to, data })).wait();
  }

  for (const point of shuffled(POINTS, SEED).slice(0, KILLS)) {
    it(`at ${point}: the stream is there after its start, registered once`, async () => {
      const sentBefore = await chain.provider.getTransactionCount(chain.operator.address);
      const doomed = await chain.startHost({ ...AT, CRASH_AT: point });
      const { cid, transaction } = await uploadTo(doomed);
      await publish(transaction);
      expect(await doomed.gone).to.equal('SIGKILL');

      const host = await chain.startHost(AT);
      const urls = await eventually(
        20_000,
        () => streamUrls(host, cid),
        ({ length }) => length > 0,
      );
      await host.end('SIGTERM');
      const url = `${AT.PUBLIC_URL}/play/${cid}`;
      expect(urls).to.deep.equal([url]);
      const contract = StreamHost__factory.connect(chain.contract, chain.provider);
      const registered = await contract.queryFilter(contract.filters.StreamRegistered());
      expect(registered.filter(({ args }) => args.url === url)).to.have.length(1);
      expect(await chain.provider.getTransactionCount(chain.operator.address)).to.equal(sentBefore + 1);
    });
  }

  it('what its creator publishes while no host runs is served at the next start', async () => {
    const before = await chain.startHost(AT);
    const { cid, transaction } = await uploadTo(before);
    await before.end('SIGKILL');
    await publish(transaction);
    const host = await chain.startHost(AT);
    const urls = await eventually(
      20_000,
      () => streamUrls(host, cid),
      ({ length }) => length > 0,
    );
    await host.end('SIGTERM');
    expect(urls).to.deep.equal([`${AT.PUBLIC_URL}/play/${cid}`]);
  });
}).timeout(120_000);
