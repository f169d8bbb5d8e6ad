import { createHash } from 'node:crypto';
import { TypedDataEncoder } from 'ethers';
import { readContent } from '../../../client/content/content.ts';
import { ClientError } from '../../../client/errors.ts';
import { signerOf } from '../../contract/signatures.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { errorWith } from '../../lib/errors.ts';
import { packagedKeyHashes } from '../../media/packaged.ts';
import type { MediaStorage } from '../../media/storage.ts';
import type { Store, StreamRow } from '../../store/store.ts';
import { accessDomain } from '../access.ts';
import { RECEIPT_TYPES, type SignedReceipt } from '../keys/receipts.ts';
import { NotReached, type Reach } from './reach.ts';
import { couldSign } from './rules.ts';
import type { StreamHealth } from './stream-health.ts';

/** Why nothing is proven. */
export type ProofObjection =
  | 'other stream'
  | 'later'
  | 'other key'
  | 'not signed'
  | 'no content'
  | 'no unit'
  | 'right key';

/** What was filed proves nothing against the stream. */
export class ProofRefused extends errorWith<{ objection: ProofObjection }>() {}

/** A key that a seller gave, and its word that it did. */
export interface FiledProof {
  receipt: SignedReceipt;
  key: Uint8Array;
}

interface Deps {
  store: Pick<Store, 'activeStreams' | 'delegationsOf'>;
  storage: Pick<MediaStorage, 'stat' | 'find' | 'read'>;
  health: Pick<StreamHealth, 'noteProof'>;
  reach: Reach;
  chainId: number;
  nowSec(): number;
}

type KeyHashes = readonly (string | null)[];

/** Clocks differ. */
const AHEAD_SEC = 300;
const MAX_REMEMBERED = 1_000;
const MAX_BYTES = 1024 ** 2;
/** So many of those who serve a content are asked for what it commits to. */
const MAX_ASKED = 4;
/** Whoever files has others asked: that is done no more often than so, where they have not shown it. */
const ASKED_EVERY_SEC = 60;

/** Proofs that a provider has sold a wrong key: by its own word, the CID and the chain, without trust in who files them. */
export class Proofs {
  readonly #deps: Deps;
  readonly #hashes = new BoundedMap<string, KeyHashes>(MAX_REMEMBERED);
  /** By canonical CID: who serves it is being asked, or was, and does not show it. */
  readonly #asked = new BoundedMap<string, { atSec: number; found: Promise<KeyHashes | null> }>(
    MAX_REMEMBERED,
  );

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Notes what is proven, once; the same again changes nothing. @throws {ProofRefused} */
  async file(stream: StreamRow, { receipt, key }: FiledProof): Promise<void> {
    const { nowSec, health } = this.#deps;
    const { contract, contentId, provider, cidKey } = stream;
    const { unit, payment, payer, issuedAtSec, signature } = receipt;
    if (receipt.contentId.toLowerCase() !== contentId)
      throw refused('other stream', 'The receipt is for another content.');
    const filedAtSec = nowSec();
    if (issuedAtSec > filedAtSec + AHEAD_SEC)
      throw refused('later', 'The receipt says that it was signed at a time that is yet to come.');
    const keyHash = hashOf(key);
    if (receipt.keyHash.toLowerCase().replace(/^0x/, '') !== keyHash)
      throw refused('other key', 'The key is not the one that the receipt is for.');
    await this.#requireSigned(stream, receipt);
    const right = (await this.#hashesOf(stream))[unit];
    if (!right) throw refused('no unit', `The CID names no key of a unit ${unit}.`);
    if (right === keyHash) throw refused('right key', 'The key is the one that the CID names.');
    const place = { contract, contentId, provider, unit, cidKey };
    const signed = { payment, payer: payer.toLowerCase(), issuedAtSec, signature };
    await health.noteProof({ ...place, ...signed, key: `0x${Buffer.from(key).toString('hex')}`, filedAtSec });
  }

  /** By the provider, or who was its delegate then. @throws {ProofRefused} */
  async #requireSigned({ contract, provider }: StreamRow, receipt: SignedReceipt): Promise<void> {
    const { store, chainId } = this.#deps;
    const { signature, issuedAtSec: atSec } = receipt;
    const digest = TypedDataEncoder.hash(accessDomain(chainId, contract), { ...RECEIPT_TYPES }, receipt);
    const key = signerOf(digest, signature);
    const delegations = await store.delegationsOf(contract, provider);
    if (key === null || !couldSign(key, { provider, delegations, atSec }))
      throw refused(
        'not signed',
        'Neither the provider nor who was its delegate then has signed the receipt.',
      );
  }

  /** What the CID commits to: from here, or from somebody who serves it. @throws {ProofRefused} */
  async #hashesOf(stream: StreamRow): Promise<KeyHashes> {
    const { cidKey } = stream;
    const found = this.#hashes.get(cidKey) ?? (await this.#kept(cidKey)) ?? (await this.#askedFor(stream));
    if (found === null)
      throw refused('no content', 'Nobody who serves it shows the content.json that the CID names now.');
    this.#hashes.set(cidKey, found);
    return found;
  }

  async #kept(cidKey: string): Promise<KeyHashes | null> {
    const { storage } = this.#deps;
    const isHere = (await storage.stat(cidKey))?.kind === 'directory';
    return isHere ? await packagedKeyHashes(storage, cidKey) : null;
  }

  #askedFor(stream: StreamRow): Promise<KeyHashes | null> {
    const { cidKey } = stream;
    const atSec = this.#deps.nowSec();
    const before = this.#asked.get(cidKey);
    if (before && atSec - before.atSec < ASKED_EVERY_SEC) return before.found;
    const found = this.#served(stream);
    this.#asked.set(cidKey, { atSec, found });
    return found;
  }

  async #served({ cidKey, url }: StreamRow): Promise<KeyHashes | null> {
    const { store, reach } = this.#deps;
    const others = await store.activeStreams({ cidKey, limit: MAX_ASKED });
    for (const at of new Set([url, ...others.map((each) => each.url)])) {
      const base = at.replace(/\/+$/, '');
      try {
        const { keyHashes } = await readContent(
          cidKey,
          async (path) => (await reach(base + path, { maxBytes: MAX_BYTES })).bytes,
        );
        return keyHashes;
      } catch (error) {
        if (!(error instanceof NotReached || error instanceof ClientError)) throw error;
      }
    }
    return null;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refused(objection: ProofObjection, why: string): ProofRefused {
  return new ProofRefused(why, { objection });
}
