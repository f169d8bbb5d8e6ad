import { createHash } from 'node:crypto';
import * as dagPb from '@ipld/dag-pb';
import { expect } from 'chai';
import { UnixFS } from 'ipfs-unixfs';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { create as createDigest } from 'multiformats/hashes/digest';
import { cidOfNode } from '../../../../indexer/media/unixfs/verify.ts';
import { lookAt } from '../../../../indexer/playback/probes/look.ts';
import { demandFault, verdictOf } from '../../../../indexer/playback/probes/rules.ts';

const address = (byte: string) => `0x${byte.repeat(20)}`;

/** What is found of a provider that serves just what the CID names. */
async function found(cid: CID, blocks: Record<string, Uint8Array>) {
  const reach = async (url: string) => {
    const bytes = blocks[new URL(url).href.replace('http://a.example/play', '')];
    return {
      ...{ status: bytes ? 200 : 404, latencyMs: 1, bytes: Uint8Array.from(bytes ?? []) },
      header: (name: string) =>
        name === 'content-type' && url.endsWith('raw') ? 'application/vnd.ipld.raw' : null,
    };
  };
  const stream = { url: 'http://a.example/play', cidKey: String(cid), contract: address('11') };
  const of = { contentId: `0x${'22'.repeat(32)}`, provider: address('33') };
  const storage = { find: async () => null, block: async () => null };
  const { findings } = await lookAt({ ...stream, ...of }, null, {
    reach,
    storage,
    chainId: 1,
    nowSec: () => 0,
  });
  return verdictOf(findings);
}
const digestOf = (bytes: Uint8Array) => createDigest(0x12, createHash('sha256').update(bytes).digest());
function directory(files: Record<string, CID>) {
  const Links = Object.entries(files).map(([Name, Hash]) => ({ Name, Hash, Tsize: 1 }));
  return dagPb.encode(dagPb.prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links }));
}

describe('what a creator has made is held against no provider', () => {
  it('a content.json that is none, or lists too little', async () => {
    const content = { version: 1, duration_sec: 1, unit_starts: [], keys: [] };
    for (const text of [
      'nonsense',
      JSON.stringify({ ...content, files: { 'v0/index.m3u8': 'aa'.repeat(32) } }),
    ]) {
      const bytes = Buffer.from(text);
      const root = directory({ 'content.json': CID.createV1(raw.code, digestOf(bytes)) });
      const files = { '/content.json': bytes, '/master.m3u8': bytes, '/v0/init.mp4': bytes };
      expect((await found(cidOfNode(root), { '?format=raw': root, ...files })).state).not.to.equal('wrong');
    }
    const root = directory({ 'content.json': cidOfNode(directory({})) });
    expect((await found(cidOfNode(root), { '?format=raw': root })).state).to.equal('unchecked');
  });

  it('a CID of something that is no node, or whose hash this program does not know', async () => {
    const garbage = Buffer.from('no node at all');
    const is = { state: 'unchecked', reason: 'not_verifiable' };
    const blocks = { '?format=raw': garbage, '': garbage };
    expect(await found(CID.createV1(dagPb.code, digestOf(garbage)), blocks)).to.deep.equal(is);
    expect(await found(CID.createV1(raw.code, createDigest(0x1e, Buffer.alloc(32))), blocks)).to.deep.equal(
      is,
    );
  });
});

describe('a demand for payment', () => {
  const demanded = { contract: address('11'), contentId: `0x${'22'.repeat(32)}`, token: address('44') };
  const of = { ...demanded, chainId: 1, provider: address('33'), prices: [5n] };
  const way = (contract: string, price: string) => ({
    ...{ network: 'eip155:1', asset: of.token, payTo: contract, amount: price },
    extra: { contract, contentId: of.contentId, provider: of.provider, due: '1', unitPrice: price },
  });
  const fault = (...accepts: object[]) =>
    demandFault(Buffer.from(JSON.stringify({ x402Version: 2, accepts })).toString('base64'), of);

  it('may be for the same content at another deployment as well, and not for that alone', () => {
    expect(fault(way(of.contract, '5'), way(address('55'), '6'))).to.equal(null);
    expect(fault(way(of.contract, '6'), way(address('55'), '5'))).to.equal('price_differs');
    expect(fault(way(address('55'), '5'))).to.equal('offer_missing');
    expect(fault({ ...way(of.contract, '5'), payTo: address('55') })).to.equal('offer_differs');
  });
});
