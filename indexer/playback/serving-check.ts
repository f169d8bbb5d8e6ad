import { getAddress } from 'ethers';
import { ownStreamsOf } from './offers.ts';
import type { Provider } from './provider.ts';
import type { ServingDeps } from './serving-deps.ts';
import { ServingRefused } from './serving-errors.ts';
import { requireNotTakenDown } from './takedown/taken-down.ts';

/** What is to be served. */
export interface ServingWish {
  /** Whose listing it is. */
  creator: string;
  /** For whom gas is spent. */
  beneficiary: string;
  /** Canonical; undefined while it is not known, as the next. */
  cidKey?: string;
  contentId?: string;
}

/** Whether this host can and will serve a listing. @returns for whom, and where. @throws {ServingRefused}, {TakenDown} */
export type ServingCheck = (wish: ServingWish) => Promise<Provider>;

const SET_UP = 'npm run provide -- --setup says what to do';

export function createServingCheck(deps: ServingDeps): ServingCheck {
  const { provider, wallet: key, writer, relay, store, book, contract, elsewhere } = deps;

  async function requireKey({ wallet }: Provider): Promise<void> {
    if (key === null) throw notSetUp('This host has no key (PRIVATEKEY) to register streams with');
    if (await contract.actsFor(writer.contract, wallet, key.address)) return;
    throw notSetUp(`${wallet}, for which this host serves, has not named its key ${key.address} as delegate`);
  }

  /** What the operator moves here, be it one stream after the other, is registered all the same. */
  async function requireAlone(own: Provider, { beneficiary, contentId }: ServingWish) {
    const { wallet, isElsewhere } = own;
    if (deps.isTakingOver() || !(await elsewhere.keepsFromSelling())) return;
    const isOwners = contentId !== undefined && beneficiary.toLowerCase() === wallet.toLowerCase();
    const streams = isOwners ? await store.activeStreams({ provider: wallet, contentId }) : [];
    if (streams.some(({ url, cidKey }) => isElsewhere(url, cidKey))) return;
    const why = `Streams of ${wallet} lead to another address than this host's: start it with --take-over to move them here.`;
    throw new ServingRefused(why, { objection: 'not set up' });
  }

  return async (wish) => {
    const { creator, beneficiary, cidKey } = wish;
    if (cidKey !== undefined) await requireNotTakenDown(book, cidKey);
    if (provider === null) throw notSetUp('This host serves for nobody: it has no key (PRIVATEKEY)');
    if (!writer.unsigned) {
      await requireKey(provider);
      if (!relay.accepts(beneficiary)) throw notAllowed(beneficiary);
    }
    await requireAlone(provider, wish);
    if (cidKey === undefined) return provider;
    // This host sells a CID for one creator: of two, it can't know whose the media is.
    const own = await ownStreamsOf({ store, provider }, cidKey);
    const other = own.find((stream) => stream.creator.toLowerCase() !== creator.toLowerCase());
    if (other) {
      const whose = getAddress(other.creator);
      const why = `This host serves ${other.cid} for ${whose} already.`;
      throw new ServingRefused(why, { objection: 'for another' });
    }
    return provider;
  };
}

function notSetUp(why: string): ServingRefused {
  return new ServingRefused(`${why}: ${SET_UP}.`, { objection: 'not set up' });
}

function notAllowed(beneficiary: string): ServingRefused {
  const why = `This host registers streams only for wallets that its operator has listed (RELAY), and not for ${beneficiary}.`;
  return new ServingRefused(`${why} Without "serve" it takes the content all the same.`, {
    objection: 'not allowed',
  });
}
