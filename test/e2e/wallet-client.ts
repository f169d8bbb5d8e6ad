import { expect } from 'chai';
import type { ToSign } from '../../indexer/contract/calls/wallet-calls.ts';
import { authorize } from '../indexer/http/signing.ts';
import type { HostProcess } from './host.ts';
import type { PersonalWallet } from './public-chain.ts';

type Json = Record<string, unknown>;

export interface Reply {
  status: number;
  body: Json;
}

/** One JSON call. */
export async function ask(
  host: HostProcess,
  method: string,
  path: string,
  body?: Json,
  session: Record<string, string> = {},
): Promise<Reply> {
  const headers = { 'content-type': 'application/json', ...session };
  const init = { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(host.url + path, body === undefined ? { method, headers: session } : init);
  return { status: answer.status, body: (await answer.json()) as Json };
}

/** What a wallet makes of a request: asks without a signature, signs what the host shows, and has it to send. */
export async function signedRequest(
  host: HostProcess,
  { signer }: PersonalWallet,
  method: string,
  path: string,
  body: Json,
): Promise<Json> {
  const shown = await ask(host, method, path, body);
  expect(shown.status, JSON.stringify(shown.body)).to.equal(401);
  const { typed_data } = shown.body as unknown as ToSign;
  return { ...body, ...(await authorize(signer, typed_data)) };
}

/** The whole way of a write by signature; gives the answer of 200. */
export async function writeSigned(
  host: HostProcess,
  wallet: PersonalWallet,
  method: string,
  path: string,
  body: Json,
): Promise<Json> {
  const request = await signedRequest(host, wallet, method, path, body);
  const done = await ask(host, method, path, request);
  expect(done.status, `${method} ${path}: ${JSON.stringify(done.body)}`).to.equal(200);
  return done.body;
}

/** Sign-In with Ethereum; gives the header that a session sends. */
export async function signIn(
  host: HostProcess,
  { address, signer }: PersonalWallet,
): Promise<{ authorization: string }> {
  const { body: offer } = await ask(host, 'GET', `/auth/nonce?wallet=${address}`);
  const message = String(offer.message);
  const signature = await signer.signMessage(message);
  const { status, body } = await ask(host, 'POST', '/auth/sign-in', { message, signature });
  expect(status, JSON.stringify(body)).to.equal(200);
  expect(body.wallet).to.equal(address);
  return { authorization: `Bearer ${body.token}` };
}

/** Uploads a file for a wallet that is signed in; what is said of it comes first, as protected ones need it. */
export async function upload(
  host: HostProcess,
  headers: Record<string, string>,
  content: Uint8Array<ArrayBuffer>,
  meta: Json,
  captions: readonly string[] = [],
): Promise<Reply> {
  const form = new FormData();
  form.set('json_data', JSON.stringify(meta));
  for (const text of captions) form.append('captions', new Blob([text]), 'a.vtt');
  form.set('file', new Blob([content]), 'video.mp4');
  const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', headers, body: form });
  return { status: answer.status, body: (await answer.json()) as Json };
}
