import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { startApi } from './api.ts';

export type Row = Record<string, unknown>;

/** A host with a token, and what the tests of listings do on it. */
export async function startListings() {
  const api = await startApi();
  const deployed = await new TestToken__factory(api.wallet(0)).deploy();
  await deployed.waitForDeployment();
  let made = 0;
  const newFile = () => `file ${++made}`;
  const rows = async (path: string, of: string) => (await api.get(path)).body[of] as Row[];
  return {
    api,
    token: await deployed.getAddress(),
    /** What nobody has uploaded yet. */
    newFile,
    /** The CID of a new file that nobody has published. */
    newCid: () => api.add(newFile()),
    streamsOf: (cid: string) => rows(`/streams/${cid}`, 'streams'),
    contentsOf: (cid: string) => rows(`/contents/${cid}`, 'contents'),
    async blocksDuring(work: () => Promise<unknown>) {
      const before = await api.head();
      await work();
      return (await api.head()) - before;
    },
    increaseTime: api.increaseTime,
  };
}

export type Listings = Awaited<ReturnType<typeof startListings>>;
