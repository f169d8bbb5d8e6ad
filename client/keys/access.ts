import { hexlify, randomBytes, type Signer } from 'ethers';
import type { Parties } from '../money/channel-record.ts';
import type { Seller } from '../seller/seller.ts';
import type { ClientStorage } from '../storage.ts';
import { domainOf, typesOf } from '../typed-data.ts';

/** What opens a content at a gate for its payer, until it ends. */
export interface Token {
  token: string;
  untilSec: number;
  /** The payer, in lower case. */
  account: string;
}

interface At extends Parties {
  storage: ClientStorage;
  contentId: string;
  seller: Seller;
}

/** Gates take five minutes at most; one less is room for a clock that is ahead. */
const GOOD_FOR_SEC = 240;
const ACCESS = typesOf({
  Access:
    'address account,address provider,string audience,bytes32 contentId,bytes32 nonce,uint64 expiresAtSec',
});

/** Exchanges a signature of the wallet for a token, and keeps it. @throws {ClientError} */
export async function signAccess(wallet: Signer, at: At): Promise<void> {
  const { provider, contract, contentId } = at;
  // What is signed for one host is of no use to another.
  const audience = new URL(at.seller.url).origin;
  const account = await wallet.getAddress();
  const nonce = hexlify(randomBytes(32));
  const expiresAtSec = Math.floor(Date.now() / 1000) + GOOD_FOR_SEC;
  const message = { account, provider, audience, contentId, nonce, expiresAtSec };
  const signature = await wallet.signTypedData(domainOf(at), ACCESS, message);
  const given = await at.seller.access({
    ...{ account, provider, audience, nonce, signature, contract },
    content_id: contentId,
    expires_at_sec: expiresAtSec,
  });
  const token: Token = { ...given, account: account.toLowerCase() };
  await at.storage.set(tokenKey(at), JSON.stringify(token));
}

/** What opens the content now; `null` where nothing does. @param at viewer: of this wallet alone. */
export async function keptToken(
  at: Omit<At, 'seller'> & { viewer?: string | undefined },
): Promise<string | null> {
  const { viewer } = at;
  const kept = JSON.parse((await at.storage.get(tokenKey(at))) ?? 'null') as Token | null;
  const isOpen = kept && kept.untilSec * 1000 > Date.now();
  return isOpen && (!viewer || viewer.toLowerCase() === kept.account) ? kept.token : null;
}

/** Where the token of a content at a provider is kept. */
export function tokenKey({
  chainId,
  contract,
  provider,
  contentId,
}: Parties & { contentId: string }): string {
  return `token ${chainId} ${contract} ${provider} ${contentId}`.toLowerCase();
}
