import type { BaseWallet } from 'ethers';
import { type BoxRecipient, newRecipient } from '../../../indexer/playback/grants/box.ts';
import { KEY_GRANT_TYPES, KEY_REQUEST_TYPES } from '../../../indexer/playback/grants/typed-data.ts';
import type { Answer, Api } from './api.ts';
import type { Row } from './uploads.ts';

interface Of {
  cid: string;
  contentId: string;
}
type Signer = Pick<BaseWallet, 'signTypedData'>;

/** What creators and providers sign about keys, on a host. */
export function granting(api: Api) {
  const { deps, url } = api;
  const { chainId, contract } = api.chain.facts;
  const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
  const nowSec = () => deps.nowSec();

  /** `sent` is sent in place of what is signed. */
  async function grant(
    { contentId }: Of,
    { by, to, endsInSec = 3_600, at = domain }: { by: Signer; to: string; endsInSec?: number; at?: object },
  ): Promise<{ provider: string; expires_at_sec: number; signature: string; content_id: string }> {
    const named = { contentId, provider: to, expiresAtSec: nowSec() + endsInSec };
    const signature = await by.signTypedData(at, KEY_GRANT_TYPES, named);
    return { content_id: contentId, provider: to, expires_at_sec: named.expiresAtSec, signature };
  }

  async function request(
    { contentId }: Of,
    how: { by: Signer; of: string; endsInSec?: number; signed?: object; sent?: Row; at?: object },
  ): Promise<{ body: Row; recipient: BoxRecipient }> {
    const { by, of: provider, endsInSec = 60, signed = {}, sent = {}, at = domain } = how;
    const recipient = await newRecipient();
    const message = {
      ...{ contentId, provider, recipient: recipient.publicKey },
      ...{ audience: new URL(url).origin, expiresAtSec: nowSec() + endsInSec },
      ...signed,
    };
    const signature = await by.signTypedData(at, KEY_REQUEST_TYPES, message);
    const { contentId: content_id, expiresAtSec: expires_at_sec, ...rest } = message;
    return { body: { content_id, ...rest, expires_at_sec, signature, ...sent }, recipient };
  }

  const ask = ({ cid }: Of, body: object) => api.post(`/contents/${cid}/key-requests`, body);

  return {
    grant,
    request,
    ask,
    keep: ({ cid }: Of, body: object) => api.send('PUT', `/contents/${cid}/key-grants`, body),
    list: async ({ cid }: Of, by: number) =>
      await api.get(`/contents/${cid}/key-grants`, await api.signedIn(by)),
    /** What is in the box of an answer. */
    async opened({ body }: Answer, recipient: BoxRecipient, { cid, contentId }: Of): Promise<Uint8Array> {
      const bytes = (name: string) => Uint8Array.from(Buffer.from(String(body[name]), 'base64'));
      const of = { chainId, contract, contentId, cidKey: cid, provider: String(body.provider) };
      return await recipient.open({ enc: bytes('enc'), ciphertext: bytes('ciphertext') }, of);
    },
  };
}
