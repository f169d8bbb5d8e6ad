import { expect } from 'chai';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { getJson, type HostProcess } from './host.ts';
import { type PublicChain, startPublicChain } from './public-chain.ts';
import { ask, signedRequest, writeSigned } from './wallet-client.ts';

/** Where the host is killed while it relays. */
const POINTS = [
  'relay.reserved', // counted against the budget, nothing signed
  'relay.signed', // recorded, not sent
  'relay.sent', // sent, nobody waits for the block
  'relay.mined', // mined, not answered
];
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };

describe('a host that is killed while it relays', () => {
  let chain: PublicChain;
  before(async () => {
    chain = await startPublicChain();
    const host = await chain.startHost();
    const creator = chain.plain(1);
    const own = { content_creator_wallet: creator.address };
    await writeSigned(host, creator, 'POST', '/contents', {
      cid: CID,
      video_name: 'A',
      ...own,
      terms: TERMS,
    });
    await host.end('SIGTERM');
  });
  after(() => chain?.stop());

  const registration = (url: string) => ({
    cid: CID,
    stream_url: url,
    video_name: 'A',
    content_creator_wallet: chain.plain(1).address,
    content_distributor_wallet: chain.plain(2).address,
    ...TERMS,
  });
  /** How often the chain holds this URL. */
  async function timesWritten(url: string): Promise<number> {
    const contract = StreamHost__factory.connect(chain.contract, chain.provider);
    const { StreamRegistered, StreamUpdated } = contract.filters;
    const logs = await Promise.all(
      [StreamRegistered(), StreamUpdated()].map((of) => contract.queryFilter(of)),
    );
    return logs.flat().filter(({ args }) => args.url === url).length;
  }
  const sentByOperator = () => chain.provider.getTransactionCount(chain.operator.address);
  const urls = async (host: HostProcess) => {
    const { streams } = await getJson<{ streams: { stream_url: string }[] }>(`${host.url}/streams/${CID}`);
    return streams.map(({ stream_url }) => stream_url);
  };

  for (const point of POINTS) {
    it(`at ${point} sends the call once, however often the client asks again`, async () => {
      const url = `https://provider.example/${point}`;
      const sentBefore = await sentByOperator();
      const doomed = await chain.startHost({ CRASH_AT: point });
      const request = await signedRequest(doomed, chain.plain(2), 'POST', '/register', registration(url));
      await ask(doomed, 'POST', '/register', request).catch(() => undefined);
      expect(await doomed.gone).to.equal('SIGKILL');

      const host = await chain.startHost();
      try {
        for (const each of [1, 2]) {
          const { status, body } = await ask(host, 'POST', '/register', request);
          expect(status, `${each}: ${JSON.stringify(body)}`).to.equal(200);
        }
        expect(await urls(host)).to.deep.equal([url]);
      } finally {
        await host.end('SIGKILL');
      }
      expect(await timesWritten(url)).to.equal(1);
      expect(await sentByOperator()).to.equal(sentBefore + 1);
    });
  }
});
