import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { bases } from 'multiformats/basics';
import { CID as Cid } from 'multiformats/cid';
import { linksOf as links } from '../../../indexer/media/unixfs/node-links.ts';
import { CHUNK, file } from '../media/content.ts';
import { expectProblem, useApi } from './api.ts';

/** One CID as gateways read it. */
function spellingsOf(cid: string): string[] {
  const { bytes } = Cid.parse(cid);
  const read = [
    'base32upper',
    'base36',
    'base36upper',
    'base16upper',
    'base32hex',
    'base64',
    'base64url',
  ] as const;
  const lastInUpperCase = cid.slice(0, -1) + cid.slice(-1).toUpperCase();
  const encoded = read.map((base) => encodeURIComponent(bases[base].encode(bytes)));
  return [cid, lastInUpperCase, `${cid}=`, ...encoded, encodeURIComponent(bases.base256emoji.encode(bytes))];
}

describe('GET /ipfs/{cid} on a public chain', () => {
  for (const openGateway of [false, true]) {
    describe(openGateway ? 'with OPEN_GATEWAY=1' : 'by default', () => {
      const api = useApi({ remote: true, relay: { mode: 'allowlist' }, config: { openGateway } });
      let cid: string;
      before(async () => {
        cid = await api.add('a video of one block');
      });

      const fetched = (path = cid, method = 'GET') => fetch(`${api.url}/ipfs/${path}`, { method });

      it('serves what nobody has listed', async () => {
        expect(await (await fetched()).text()).to.equal('a video of one block');
      });

      it('tells pages and wallets so at /chain', async () => {
        await api.settled();
        expect((await api.get('/chain')).body).to.deep.equal({
          chain_id: 31337,
          name: 'development',
          contract: api.chain.facts.contract,
          abi_url: '/abi',
          rpc_url: api.chain.facts.rpcUrl,
          unsigned: false,
          open_gateway: openGateway,
          relay: 'allowlist',
          relayed_deposits: [],
          relayed_releases: false,
          released_coins: [],
          coins: [{ token: ZeroAddress, token_symbol: 'ETH', token_verified: true, token_decimals: 18 }],
          provider_wallet: api.deps.provider?.wallet,
          indexed_block: await api.head(),
          max_upload_bytes: api.deps.config.maxUploadBytes,
        });
      });

      it('serves what is free, until somebody else sells it', async () => {
        const terms = { token: ZeroAddress, providerShareBps: 0, unit: 0, metadata: '' };
        const given = await api.add('a video for everybody');
        await (await api.as(1).publish({ ...terms, cid: given, name: 'Free', pricePerUnit: 0n })).wait();
        await api.settled();
        expect((await fetched(given)).status).to.equal(200);
        await (await api.as(2).publish({ ...terms, cid: given, name: 'Sold', pricePerUnit: 1n })).wait();
        await api.settled();
        expect((await fetched(given)).status).to.equal(openGateway ? 200 : 402);
      });

      it(`${openGateway ? 'serves' : 'refuses'} what is sold, however its CID is spelt`, async () => {
        const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
        await (await api.as(1).publish({ ...terms, cid, name: 'Sold', metadata: '' })).wait();
        await api.settled();
        for (const spelling of spellingsOf(cid)) {
          expect((await fetched(spelling, 'HEAD')).status).to.equal(openGateway ? 200 : 402);
          if (openGateway) expect(await (await fetched(spelling)).text()).to.equal('a video of one block');
          else expectProblem(await api.get(`/ipfs/${spelling}`), 402, 'payment_required', 'cid');
        }
      });

      it(`${openGateway ? 'serves' : 'refuses'} each part of what is sold, in every format`, async () => {
        const { storage } = api.deps;
        const sold = (await storage.add(file(176 * CHUNK))).cid;
        const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
        await (await api.as(1).publish({ ...terms, cid: sold, name: 'Parts', metadata: '' })).wait();
        await api.settled();
        const [inner = ''] = await linksOf(sold);
        const [leaf = ''] = await linksOf(inner);
        const formats = ['?format=raw', '?format=car', '?format=car&dag-scope=block', ''];
        for (const cid of [sold, inner, leaf])
          for (const format of formats)
            for (const method of ['HEAD', 'GET']) {
              const answer = await fetched(`${cid}${format}`, method);
              expect(answer.status, `${method} ${cid}${format}`).to.equal(openGateway ? 200 : 402);
              await answer.body?.cancel();
            }
        // Somebody who has those bytes gives them away here.
        expect((await storage.add(file(174 * CHUNK))).cid).to.equal(inner);
        for (const cid of [inner, leaf]) expect((await fetched(`${cid}?format=raw`)).status).to.equal(200);
        expect((await fetched(sold, 'HEAD')).status).to.equal(openGateway ? 200 : 402);
      });

      async function linksOf(cid: string): Promise<string[]> {
        const block = (await api.deps.storage.block(cid)) ?? new Uint8Array();
        return links(Cid.parse(cid), block).links.map((link) => link.cid.toString());
      }
    });
  }
});
