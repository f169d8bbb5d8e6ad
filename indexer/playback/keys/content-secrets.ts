import { errorWith } from '../../lib/errors.ts';
import type { MediaStorage } from '../../media/storage.ts';
import { ContentUnlisted } from '../../publishing/errors.ts';
import { isOffered } from '../../publishing/find-listing.ts';
import type { Packagings, ServeWishes } from '../../store/book.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { Catalogue, Store } from '../../store/store.ts';
import { ownStreamsOf } from '../offers.ts';
import type { Provider } from '../provider.ts';
import type { UnitKeys } from './unit-keys.ts';

type Objection = 'unknown' | 'of another' | 'not here' | 'not protected' | 'differs';

/** A secret is not given, or not taken; the message says why. */
export class SecretRefused extends errorWith<{ objection: Objection }>() {}

/** As a client wrote it, and canonical. */
interface Cid {
  text: string;
  key: string;
}

interface Deps {
  store: Catalogue & Pick<Store, 'activeStreams'>;
  book: Pick<Packagings, 'isSecretOfAnother'> & Pick<ServeWishes, 'serveWishesOf' | 'putOffServeWish'>;
  storage: Pick<MediaStorage, 'stat'>;
  chain: IndexedChain;
  provider: Provider | null;
  unitKeys: UnitKeys;
  /** `null`: this host does not have it. */
  secretOf(cidKey: string, owner: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** @returns false where another has it. */
  keepSecret(cidKey: string, owner: string, secret: Uint8Array): Promise<boolean>;
  /** What waits to be served is looked through. */
  serveWhatCan(): unknown;
}

/** What all keys of a protected video come from: its creator takes it to another host, and this one takes it from there. */
export class ContentSecrets {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {SecretRefused} */
  async export({ text, key }: Cid, creator: string): Promise<Uint8Array> {
    const { secretOf, book } = this.#deps;
    const secret = await secretOf(key, creator);
    if (secret !== null) return secret;
    if (await book.isSecretOfAnother(key, creator)) throw ofAnother(text, creator);
    throw new SecretRefused(`This host has no secret of ${text}.`, { objection: 'unknown' });
  }

  /**
   * Keeps a secret that makes every key which the CID commits to, so that what its creator lists can be sold here, and what waited for it is served. The same
   * again changes nothing.
   * @throws {SecretRefused}, {ContentUnlisted}
   */
  async import(cid: Cid, creator: string, secret: Uint8Array<ArrayBuffer>): Promise<void> {
    const { storage, unitKeys, store, book, chain, keepSecret, serveWhatCan } = this.#deps;
    const { text, key } = cid;
    if ((await storage.stat(key)) === null) {
      throw new SecretRefused(`The file ${text} is not stored on this host: it comes first.`, {
        objection: 'not here',
      });
    }
    const hashes = await unitKeys.hashesOf(key);
    if (hashes === null) {
      throw new SecretRefused(`${text} is no protected video.`, { objection: 'not protected' });
    }
    await catchUp(chain);
    if (await this.#isOfAnother(key, creator)) throw ofAnother(text, creator);
    if (!(await isOffered(store, { cid, creator }))) throw new ContentUnlisted(text, { creator });
    const unit = await unitKeys.differingUnit(hashes, secret);
    if (unit !== null) {
      const why = `This is not the secret of ${text}: it makes another key of unit ${unit} than the CID commits to.`;
      throw new SecretRefused(why, { objection: 'differs' });
    }
    if (!(await keepSecret(key, creator, secret))) throw ofAnother(text, creator);
    for (const { contract, contentId } of await book.serveWishesOf(key))
      await book.putOffServeWish(contract, contentId, 0);
    serveWhatCan();
  }

  /** Whoever had it packaged here owns what is here; else whose listing this host serves, or is to serve. */
  async #isOfAnother(cidKey: string, creator: string): Promise<boolean> {
    const { book } = this.#deps;
    if (await book.isSecretOfAnother(cidKey, creator)) return true;
    const served = await ownStreamsOf(this.#deps, cidKey);
    const wished = (await book.serveWishesOf(cidKey)).filter(({ ends }) => !ends);
    return [...served, ...wished].some((each) => each.creator.toLowerCase() !== creator.toLowerCase());
  }
}

function ofAnother(cid: string, creator: string): SecretRefused {
  return new SecretRefused(`What is here as ${cid} is of another creator than ${creator}.`, {
    objection: 'of another',
  });
}
