import { parseEther } from 'ethers';
import type { HostOptions } from './api.ts';
import { startApi } from './api.ts';
import { NATIVE } from './samples.ts';

type Fields = Record<string, unknown>;

/** A write that acts for a wallet, on contents of its own. */
export interface SignedWrite {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body: Fields;
  /** Index of the test account that has to sign. */
  signer: number;
  /** The same request with something else than was signed. */
  changed: [what: string, change: { path?: string; body?: Fields }][];
  /** Takes back what the write has done, by the wallet itself. */
  undo(): Promise<unknown>;
  /** Whether the chain is as the write wants it. */
  stands(): Promise<boolean>;
}

const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };
const OTHER_TERMS = { creator_share: 60, provider_share: 40, price: '0.002' };
const URL = 'https://provider.example/stream';
const NOTICE_SEC = 21;
const [CREATOR, PROVIDER] = [1, 2];

/** A host as on somebody else's chain, and every write that needs a signature there, each in a state that allows it. */
export async function startSigned(options: HostOptions = {}) {
  const api = await startApi({ ...options, remote: true });
  const [creator, provider] = [api.wallet(CREATOR), api.wallet(PROVIDER)];
  const contract = api.as(CREATOR);
  let made = 0;

  const newCid = () => api.add(`signed ${++made}`);
  const idOf = (cid: string) => contract.contentIdOf(creator.address, NATIVE, cid);
  const published = async () => {
    const cid = await newCid();
    const terms = { pricePerUnit: parseEther(TERMS.price), providerShareBps: 3_000, unit: 0 };
    await contract.publish({ cid, token: NATIVE, ...terms, name: 'Signed', metadata: '' });
    return cid;
  };
  const served = async () => {
    const cid = await published();
    await api.as(PROVIDER).registerStream(await idOf(cid), URL);
    return cid;
  };
  const scheduled = async () => {
    const cid = await published();
    await contract.scheduleTerms(await idOf(cid), 5, 6, 0);
    return cid;
  };
  const streamOf = async (cid: string) => contract.streamOf(await idOf(cid), provider);
  const scheduledOf = async (cid: string) => (await contract.termsOf(await idOf(cid))).scheduled;
  const own = { content_creator_wallet: creator.address };

  const publish = async (): Promise<SignedWrite> => {
    const [cid, other] = [await newCid(), await newCid()];
    return {
      method: 'POST',
      path: '/contents',
      body: { cid, video_name: 'Signed', ...own, terms: TERMS },
      signer: CREATOR,
      changed: [
        ['cid', { body: { cid: other } }],
        ['name', { body: { video_name: 'Another' } }],
        ['price', { body: { terms: { ...TERMS, price: '0.002' } } }],
        ['shares', { body: { terms: { ...TERMS, creator_share: 60, provider_share: 40 } } }],
        ['unit', { body: { terms: { ...TERMS, unit: 'day' } } }],
        ['metadata', { body: { metadata: '{}' } }],
        ['creator', { body: { content_creator_wallet: provider.address } }],
      ],
      async undo() {
        await contract.retire(await idOf(cid));
        await api.increaseTime(NOTICE_SEC);
      },
      stands: async () => {
        const terms = await contract.termsOf(await idOf(cid)).catch(() => null);
        return terms !== null && !terms.retired;
      },
    };
  };
  const schedule = async (): Promise<SignedWrite> => {
    const [cid, other] = [await published(), await published()];
    return {
      method: 'PATCH',
      path: `/contents/${cid}`,
      body: { ...own, terms: OTHER_TERMS },
      signer: CREATOR,
      changed: [
        ['content', { path: `/contents/${other}` }],
        ['price', { body: { terms: { ...OTHER_TERMS, price: '0.003' } } }],
        ['unit', { body: { terms: { ...OTHER_TERMS, unit: 'day' } } }],
        ['act', { body: { terms: null } }],
      ],
      undo: async () => contract.cancelTerms(await idOf(cid)),
      stands: async () => (await scheduledOf(cid)).pricePerUnit === parseEther(OTHER_TERMS.price),
    };
  };
  const cancel = async (): Promise<SignedWrite> => {
    const [cid, other] = [await scheduled(), await scheduled()];
    return {
      method: 'PATCH',
      path: `/contents/${cid}`,
      body: { ...own, terms: null },
      signer: CREATOR,
      changed: [
        ['content', { path: `/contents/${other}` }],
        ['act', { body: { terms: OTHER_TERMS } }],
      ],
      undo: async () => contract.scheduleTerms(await idOf(cid), 5, 6, 0),
      stands: async () => (await scheduledOf(cid)).effectiveAtSec === 0n,
    };
  };
  const retire = async (): Promise<SignedWrite> => {
    const [cid, other] = [await published(), await published()];
    return {
      method: 'DELETE',
      path: `/contents/${cid}`,
      body: own,
      signer: CREATOR,
      changed: [['content', { path: `/contents/${other}` }]],
      undo: async () => contract.cancelTerms(await idOf(cid)),
      stands: async () => (await scheduledOf(cid)).retires,
    };
  };
  const registration = (cid: string) => ({
    cid,
    stream_url: URL,
    video_name: 'Signed',
    ...own,
    content_distributor_wallet: provider.address,
    ...TERMS,
  });
  const register = async (): Promise<SignedWrite> => {
    const [cid, other] = [await published(), await published()];
    return {
      method: 'POST',
      path: '/register',
      body: registration(cid),
      signer: PROVIDER,
      changed: [
        ['cid', { body: { cid: other } }],
        ['URL', { body: { stream_url: `${URL}/2` } }],
        ['provider', { body: { content_distributor_wallet: creator.address } }],
      ],
      undo: async () => api.as(PROVIDER).deregisterStream(await idOf(cid)),
      stands: async () => (await streamOf(cid)) === URL,
    };
  };
  const move = async (): Promise<SignedWrite> => {
    const cid = await served();
    return {
      ...(await register()),
      body: { ...registration(cid), stream_url: `${URL}/moved` },
      changed: [['URL', { body: { stream_url: `${URL}/3` } }]],
      undo: async () => api.as(PROVIDER).updateStream(await idOf(cid), URL),
      stands: async () => (await streamOf(cid)) === `${URL}/moved`,
    };
  };
  const deregister = async (): Promise<SignedWrite> => {
    const [cid, other] = [await served(), await served()];
    return {
      method: 'POST',
      path: '/deregister',
      body: { cid, content_distributor_wallet: provider.address },
      signer: PROVIDER,
      changed: [['cid', { body: { cid: other } }]],
      undo: async () => api.as(PROVIDER).registerStream(await idOf(cid), URL),
      stands: async () => (await streamOf(cid)) === '',
    };
  };

  return {
    api,
    published,
    served,
    idOf,
    streamOf,
    increaseTime: api.increaseTime,
    registration,
    /** By the name of what they do. */
    writes: { publish, schedule, cancel, retire, register, move, deregister },
    send: ({ method, path, body }: Pick<SignedWrite, 'method' | 'path' | 'body'>, more: Fields = {}) =>
      api.send(method, path, { ...body, ...more }),
  };
}

export type SignedHost = Awaited<ReturnType<typeof startSigned>>;
