import { getAddress } from 'ethers';
import { keySignature, type SignatureCheck } from '../contract/signatures.ts';
import type { Store } from '../store/store.ts';
import { type Access, accessDigest, audienceOf, MAX_AHEAD_SEC } from './access.ts';
import { type AccessPart, AccessRefused } from './errors.ts';
import type { OwnOffer } from './offers.ts';
import type { Provider } from './provider.ts';

/** An `Access` with its signature, and the deployment in whose domain it is signed. */
export interface SignedAccess extends Access {
  contract: string;
  /** The channel whose key has signed, in lower case; `null`: the account has. */
  channelId: string | null;
  signature: string;
}

interface Deps {
  provider: Pick<Provider, 'wallet'>;
  chainId: number;
  checkSignature: SignatureCheck;
  store: Pick<Store, 'channel'>;
  nowSec(): number;
}

/**
 * Finds the offer that an `Access` is for, and sees that its account has signed it, for here and for now. Whether the
 * account has paid, and has not used it before, is left to ask.
 * @throws {AccessRefused} {RpcError} where the head can't be asked about a smart wallet's signature.
 */
export type AccessCheck = (offers: readonly OwnOffer[], access: SignedAccess) => Promise<OwnOffer>;

export function createAccessCheck({ provider, chainId, checkSignature, store, nowSec }: Deps): AccessCheck {
  /** Who has to have signed: the account, or the key of its channel. `null`: it has no such channel. */
  async function signerOf({ account, channelId, contract }: SignedAccess): Promise<string | null> {
    if (channelId === null) return account;
    const channel = await store.channel(contract.toLowerCase(), channelId);
    const isTheirs = channel && isSame(channel.viewer, account) && isSame(channel.provider, provider.wallet);
    return isTheirs ? channel.authorizer : null;
  }

  return async (offers, access) => {
    const refuse = (part: AccessPart, message: string, right?: string | number): never => {
      throw new AccessRefused(message, { part, right, offers });
    };
    const ofContent = offers.filter(({ content }) => content.contentId === access.contentId);
    const offer = ofContent.find(({ content }) => isSame(content.contract, access.contract));
    if (!offer) {
      const other = ofContent[0]?.content.contract;
      if (other) return refuse('contract', 'The content is sold at another deployment.', getAddress(other));
      return refuse('contentId', 'This host does not sell that content.', offers[0]?.content.contentId);
    }
    if (!isSame(access.provider, provider.wallet))
      return refuse('provider', `This host serves for ${provider.wallet}.`, provider.wallet);
    const audience = audienceOf(offer.stream.url);
    if (access.audience !== audience)
      return refuse('audience', `The audience of this stream is ${audience}.`, audience);
    const endsInSec = access.expiresAtSec - nowSec();
    if (endsInSec < 0 || endsInSec > MAX_AHEAD_SEC) {
      const why = endsInSec < 0 ? 'is over' : `ends more than ${MAX_AHEAD_SEC} seconds ahead`;
      return refuse('expiresAtSec', `What is signed ${why}.`, nowSec() + MAX_AHEAD_SEC / 2);
    }
    const signer = await signerOf(access);
    if (signer === null)
      return refuse('channelId', `${access.account} has no such channel towards this host.`);
    const digest = accessDigest(access, chainId, access.contract);
    const isSigned =
      access.channelId === null
        ? (await checkSignature(signer, digest, access.signature)) !== null
        : keySignature(signer, digest, access.signature) !== null;
    if (!isSigned) return refuse('signature', `${signer} has not signed this.`);
    return offer;
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
