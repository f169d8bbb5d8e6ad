import type { PackagedForm } from '../../media/packaged.ts';
import { PlayRefused } from '../../playback/errors.ts';
import { createOwnOffers, isOnSale } from '../../playback/offers.ts';
import type { AppDeps } from '../deps.ts';
import { problem } from '../problems/codes.ts';

type Deps = Pick<AppDeps, 'storage' | 'store' | 'provider' | 'nowSec'> & {
  packagedForm(cid: string): Promise<PackagedForm>;
};

/**
 * Who may read a block that is here without payment. Blocks are named in many ways and shared by files: what counts are
 * the roots here that hold it. It is free as soon as one of them is free, or is a protected video, which is ciphertext.
 * @returns what rejects with the problem that keeps a canonical CID, of which `roots` are here, from being served.
 */
export function createAdmission({ storage, store, provider, packagedForm, nowSec }: Deps) {
  const ownOffers = createOwnOffers({ store, provider, nowSec });

  async function isFree(root: string): Promise<boolean> {
    if (!(await store.isSold(root, nowSec()))) return true;
    const isDirectory = (await storage.stat(root))?.kind === 'directory';
    return isDirectory && (await packagedForm(root)) === 'protected';
  }

  return async (cid: string): Promise<void> => {
    if ((await storage.stat(cid)) !== null && (await isFree(cid))) return;
    const roots = await storage.rootsOf(cid);
    for (const root of roots) if (root !== cid && (await isFree(root))) return;
    throw await refusal(roots.includes(cid) ? cid : (roots[0] ?? cid));
  };

  /** A listing keeps its price while it is retired; of what one gives away and another sells nobody knows whose it is. */
  async function refusal(cid: string) {
    const offers = await ownOffers(cid);
    const here = `GET /play/${cid} serves it to those who have paid`;
    const detail = `${cid} is sold: ${offers.length > 0 ? here : `/contents/${cid} says for how much, /streams/${cid} who serves it to those who pay`}.`;
    const sold = offers.filter(isOnSale);
    if (sold.length > 0) return new PlayRefused(detail, { reason: 'unpaid', offers: sold });
    return problem('payment_required', detail, { field: 'cid' });
  }
}
