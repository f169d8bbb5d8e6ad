import { randomBytes } from 'node:crypto';
import { typedDataOf, type WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature } from '../contract/calls/writer.ts';
import { crashPoint } from '../lib/crash-point.ts';
import type { ServeWish } from '../store/book.ts';
import type { ServingDeps } from './serving-deps.ts';

/** Signs the call of a wish; undefined where nobody needs to sign. */
export type SignWish = (wish: ServeWish, call: WalletCall) => Promise<CallSignature | undefined>;

const GOOD_FOR_SEC = 3_600;
/** With less a signature may be over before it is mined. */
const ROOM_SEC = 120;
const NONCE_BYTES = 16;

/**
 * By the nonce that the records hold: however often a wish is tried, and by whichever process, its call is the same,
 * which the relay sends once.
 */
export function createWishSigner(deps: ServingDeps): SignWish {
  const { wallet, writer, book, chain, callCheck, nowSec } = deps;

  async function authorized({ contract, contentId, authorization }: ServeWish) {
    const chainSec = Math.max(nowSec(), await callCheck.headTimeSec());
    if (authorization && authorization.deadlineSec > chainSec + ROOM_SEC) return authorization;
    const nonce = BigInt(`0x${randomBytes(NONCE_BYTES).toString('hex')}`);
    const fresh = { nonce, deadlineSec: chainSec + GOOD_FOR_SEC };
    await book.authorizeServeWish(contract, contentId, fresh);
    crashPoint('serving.authorized');
    return fresh;
  }

  return async (wish, call) => {
    if (wallet === null || writer.unsigned) return undefined;
    const { nonce, deadlineSec } = await authorized(wish);
    const by = { nonce, deadlineSec: BigInt(deadlineSec) };
    const { domain, types, message } = typedDataOf(call, chain.chainId, by);
    const { EIP712Domain: _, ...own } = types;
    const signature = await wallet.signTypedData(domain, own, message);
    return { ...by, signature, clientIp: wish.clientIp, beneficiary: wish.beneficiary };
  };
}
