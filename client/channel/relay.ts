import { ask, type Fetch, fieldsIn } from '../http.ts';
import { allowed } from '../seller/seller.ts';

/** A host that sends what a wallet has signed, and pays the gas. */
export interface Relay {
  /** Without a slash at its end. */
  host: string;
  fetch?: Fetch;
}

/** Submitting waits for a block. */
const TIMEOUT_MS = 180_000;

/** What a token calls itself in the domain of what is signed for it: a deposit without signature is told so. */
export async function tokenDomain(relay: Relay, deposit: object): Promise<{ name: string; version: string }> {
  const answer = await post(relay, '/channels', deposit);
  const { typed_data } = fieldsIn(answer.bytes);
  if (!typed_data) allowed(answer);
  const { name, version } = Object(Object(typed_data).domain);
  return { name: String(name), version: String(version) };
}

export async function relayDeposit(relay: Relay, signed: object): Promise<void> {
  allowed(await post(relay, '/channels', signed));
}

/** Begins the withdrawal, or finishes it: `finalize` needs no signature. */
export async function relayExit(relay: Relay, channelId: string, body: object): Promise<void> {
  allowed(await post(relay, `/channels/${channelId}/exit`, body));
}

function post({ host, fetch = globalThis.fetch }: Relay, path: string, json: object) {
  return ask(fetch, host + path, { json, timeoutMs: TIMEOUT_MS });
}
