import { type Answer, ask, type Fetch, fieldsIn } from '../http.ts';
import { allowed } from '../seller/seller.ts';

/** A host that sends what a wallet has signed, and pays the gas. */
export interface Relay {
  /** Without a slash at its end. */
  host: string;
  fetch?: Fetch;
}

/** Hosts take ten minutes at most: room for clocks that differ. */
const GOOD_FOR_SEC = 540;
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

/** @throws {SellerRefused} */
export async function relayed(relay: Relay, path: string, body: object): Promise<Answer> {
  return allowed(await post(relay, path, body));
}

/** After the delay: what is left goes to the viewer, whoever asks for it. */
export async function collectByRelay(
  relay: Relay,
  { channelId, contract }: { channelId: string; contract: string },
): Promise<void> {
  await relayed(relay, `/channels/${channelId}/exit`, { contract, finalize: true });
}

/** Until when what is signed now is good, in Unix time. */
export function deadlineSec(): number {
  return Math.floor(Date.now() / 1000) + GOOD_FOR_SEC;
}

function post({ host, fetch = globalThis.fetch }: Relay, path: string, json: object) {
  return ask(fetch, host + path, { json, timeoutMs: TIMEOUT_MS });
}
