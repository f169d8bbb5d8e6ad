import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { type Api, expectProblem, startApi } from '../indexer/http/api.ts';
import { CHUNK, file } from '../indexer/media/content.ts';
import { KuboProcess } from './kubo-node.ts';

/** Bases in which go-cid reads a CID, of those short enough for a contract. */
const READ_BY_KUBO = Object.entries(bases).filter(
  ([name]) => !/^(identity|base2|base8|base10|base32z)$/.test(name),
);

describe('what is sold and lies on Kubo', () => {
  let node: KuboProcess;
  let api: Api;
  before(async () => {
    node = await KuboProcess.start();
    api = await startApi({ remote: true, env: { IPFS_API_URL: node.url } });
  });
  after(async () => {
    await api.stop();
    await node.dispose();
  });

  it('is served unpaid under no spelling of its CID that Kubo reads', async () => {
    const { cid } = await api.deps.storage.add(file(3 * CHUNK));
    const { bytes } = CID.parse(cid);
    const encoded = READ_BY_KUBO.map(([, base]) => base.encode(bytes));
    for (const text of encoded) expect((await node.ipfs('cid', 'base32', text)).trim(), text).to.equal(cid);
    const mixed = cid.slice(0, -1) + cid.slice(-1).toUpperCase();
    const spellings = [cid, mixed, `${cid}=`, CID.parse(cid).toV0().toString(), ...encoded];
    const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
    await (await api.as(1).publish({ ...terms, cid: mixed, name: 'Sold', metadata: '' })).wait();
    await api.settled();
    for (const spelling of spellings) {
      expectProblem(await api.get(`/ipfs/${encodeURIComponent(spelling)}`), 402, 'payment_required', 'cid');
    }
  });
});
