import { getAddress } from 'ethers';
import type { BaseLogger } from 'pino';
import type { SignatureCheck } from '../../contract/signatures.ts';
import { signerOf } from '../../contract/signatures.ts';
import type { HostContract } from '../../contract/stream-host.ts';
import { ContentUnlisted } from '../../publishing/errors.ts';
import type { AskedKey, KeptKeyGrant, KeyGrants as KeyGrantBook, Takedowns } from '../../store/book.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { ContentRow, Store } from '../../store/store.ts';
import type { ContentSecrets } from '../keys/content-secrets.ts';
import { requireNotTakenDown } from '../takedown/taken-down.ts';
import { type SealedBox, sealTo } from './box.ts';
import { KeyGrantsOff, KeyNotGranted, KeySignatureRefused } from './errors.ts';
import {
  type KeyGrant,
  type KeyRequest,
  keyGrantDigest,
  keyRequestDigest,
  MAX_REQUEST_AHEAD_SEC,
} from './typed-data.ts';

/** The creator sees for so long that a provider has asked. */
const ASKED_FOR_SEC = 7 * 86_400;

interface Cid {
  text: string;
  key: string;
}

/** With the deployment in whose domain it is signed. */
export type SignedKeyGrant = KeyGrant & { contract: string; signature: string };

export interface SignedKeyRequest extends KeyRequest {
  contract: string;
  signature: string;
  /** The grant, where the provider shows it itself. */
  grant: Pick<SignedKeyGrant, 'expiresAtSec' | 'signature'> | null;
  /** Address of whoever asks. */
  client: string;
}

interface Deps {
  isOn: boolean;
  store: Pick<Store, 'contentById'>;
  book: KeyGrantBook & Pick<Takedowns, 'takedownOf'>;
  chain: IndexedChain & { chainId: number };
  contract: Pick<HostContract, 'actsFor'>;
  checkSignature: SignatureCheck;
  secrets: Pick<ContentSecrets, 'export'>;
  /** Origin at which people reach this host. */
  audience(): string;
  log: Pick<BaseLogger, 'info'>;
  nowSec(): number;
}

/** What a provider gets. */
interface Given {
  box: SealedBox;
  content: ContentRow;
  /** When the grant is over. */
  untilSec: number;
}

/** What creators lend: by their permission a provider of somebody else's gets what all keys of a video come from. */
export class KeyGrants {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * The secret of a content, sealed to the recipient, for a provider that its creator has granted it.
   * @throws {KeyGrantsOff}, {KeySignatureRefused}, {ContentUnlisted}, {TakenDown}, {SecretRefused}, {KeyNotGranted},
   * {RecipientUnfit}, {RpcError}
   */
  async ask(cid: Cid, request: SignedKeyRequest): Promise<Given> {
    const { book, chain, nowSec, log, secrets } = this.#deps;
    this.#requireOn();
    this.#requireForHere(request);
    const content = await this.#listing(cid, request);
    const { contract, contentId, creator } = content;
    await requireNotTakenDown(book, cid.key);
    // The owner of what is here, and nobody who has listed it after that.
    const secret = await secrets.export(cid, getAddress(creator));
    const { provider, recipient } = request;
    const shown = request.grant && { ...request.grant, contract, contentId, provider };
    if (shown) await this.#requireGrant(shown, content, 'shown grant');
    const digest = await this.#requireSigned(request);
    const { expiresAtSec } = request;
    if (!(await book.spendKeyRequest(digest, { expiresAtSec, nowSec: nowSec() })))
      throw refused('used', 'request', 'This has been asked for already: sign a new request.');
    if (shown) await this.#keep(shown, cid.key);
    const grant = shown ?? (await this.#kept(request, content));
    if (grant === null) throw await this.#notGranted(cid, request, content);
    const of = { chainId: chain.chainId, contract, contentId, cidKey: cid.key, provider };
    const box = await sealTo(recipient, secret, of);
    await book.noteKeyGiven(of, nowSec());
    log.info({ cid: cid.key, content_id: contentId, provider }, 'keys were given to a provider');
    return { box, content, untilSec: grant.expiresAtSec };
  }

  /**
   * Keeps what a creator has signed, for the provider to come.
   * @throws {KeyGrantsOff}, {KeySignatureRefused}, {ContentUnlisted}, {SecretRefused}, {RpcError}
   */
  async grant(cid: Cid, grant: SignedKeyGrant): Promise<void> {
    this.#requireOn();
    const content = await this.#listing(cid, grant);
    await this.#deps.secrets.export(cid, getAddress(content.creator));
    await this.#requireGrant(grant, content, 'grant');
    await this.#keep(grant, cid.key);
  }

  /** Who has asked for the keys of a creator's video, and who was granted them. @throws {SecretRefused} */
  async of(cid: Cid, creator: string): Promise<{ requests: AskedKey[]; grants: KeptKeyGrant[] }> {
    const { book, secrets, nowSec } = this.#deps;
    await secrets.export(cid, creator);
    const [requests, grants] = await Promise.all([
      book.keyRequestsOf(cid.key, nowSec()),
      book.keyGrantsOf(cid.key, nowSec()),
    ]);
    return { requests, grants };
  }

  #requireOn(): void {
    if (!this.#deps.isOn) throw new KeyGrantsOff();
  }

  /** What costs nothing to see. */
  #requireForHere({ expiresAtSec, audience }: SignedKeyRequest): void {
    const now = this.#deps.nowSec();
    const right = now + MAX_REQUEST_AHEAD_SEC / 2;
    if (expiresAtSec < now) throw refused('over', 'request', 'The request is over.', right);
    if (expiresAtSec > now + MAX_REQUEST_AHEAD_SEC) {
      const why = `The request ends more than ${MAX_REQUEST_AHEAD_SEC} seconds ahead.`;
      throw refused('too far ahead', 'request', why, right);
    }
    const own = this.#deps.audience();
    if (audience !== own)
      throw refused('for another host', 'request', `The audience of this host is ${own}.`, own);
  }

  async #listing(cid: Cid, { contract, contentId }: { contract: string; contentId: string }) {
    const { store, chain } = this.#deps;
    await catchUp(chain);
    const content = await store.contentById(contract.toLowerCase(), contentId);
    if (content === null || content.cidKey !== cid.key) throw new ContentUnlisted(cid.text, {});
    return content;
  }

  async #requireGrant(grant: SignedKeyGrant, { creator }: ContentRow, of: 'grant' | 'shown grant') {
    const { nowSec } = this.#deps;
    if (grant.expiresAtSec <= nowSec()) throw refused('over', of, 'The grant is over.');
    if (!(await this.#isSignedBy(creator, grant)))
      throw refused('not signed', of, `${getAddress(creator)} has not signed this grant.`);
  }

  async #isSignedBy(creator: string, grant: SignedKeyGrant): Promise<boolean> {
    const { checkSignature, chain } = this.#deps;
    const digest = keyGrantDigest(grant, { ...grant, chainId: chain.chainId });
    return (await checkSignature(creator, digest, grant.signature)) !== null;
  }

  /** By the provider's key or code, or by the key that it has named its delegate. @returns what was signed */
  async #requireSigned(request: SignedKeyRequest): Promise<string> {
    const { chain, contract, checkSignature } = this.#deps;
    const { provider, signature } = request;
    const digest = keyRequestDigest(request, { ...request, chainId: chain.chainId });
    const signer = signerOf(digest, signature);
    if (signer !== null && (await contract.actsFor(request.contract, provider, signer))) return digest;
    if ((await checkSignature(provider, digest, signature)) !== null) return digest;
    const why = `Neither ${provider} nor the delegate that it has named has signed this request.`;
    throw refused('not signed', 'request', why);
  }

  /** A smart wallet may have ended by its own rules what it had signed: it is asked each time. */
  async #kept({ provider }: SignedKeyRequest, content: ContentRow): Promise<KeptKeyGrant | null> {
    const { book, nowSec } = this.#deps;
    const kept = await book.keyGrant({ ...content, provider }, nowSec());
    return kept !== null && (await this.#isSignedBy(content.creator, kept)) ? kept : null;
  }

  async #keep(grant: SignedKeyGrant, cidKey: string): Promise<void> {
    const { book, nowSec } = this.#deps;
    await book.keepKeyGrant({ ...grant, cidKey, keptAtSec: nowSec() });
  }

  async #notGranted(cid: Cid, { provider, client }: SignedKeyRequest, content: ContentRow) {
    const { book, nowSec } = this.#deps;
    const { contract, contentId } = content;
    const untilSec = nowSec() + ASKED_FOR_SEC;
    const asked = { contract, contentId, provider, cidKey: cid.key, client, askedAtSec: nowSec(), untilSec };
    const isRemembered = await book.rememberKeyRequest(asked);
    const creator = getAddress(content.creator);
    const path = `/contents/${cid.text}/key-grants`;
    const ways = `npm run grant -- ${cid.text} ${provider}, or PUT ${path}`;
    const seen = isRemembered ? ` The page of this host and GET ${path} show it the request.` : '';
    const why = `${creator} has not granted ${provider} the keys of ${cid.text}: it does so by ${ways}.${seen}`;
    const facts = { cid: cid.text, contract, contentId, creator, provider };
    return new KeyNotGranted(why, { ...facts, askedUntilSec: isRemembered ? untilSec : null });
  }
}

function refused(
  fault: KeySignatureRefused['fault'],
  of: KeySignatureRefused['of'],
  why: string,
  right?: string | number,
): KeySignatureRefused {
  return new KeySignatureRefused(why, { fault, of, right });
}
