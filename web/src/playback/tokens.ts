import type { Stream } from '../api/answers.ts';
import { createStoredValue, useStore } from '../lib/store.ts';
import type { PlayGrant } from './access.ts';
import { hasSameOrigin } from './terms.ts';

const tokens = createStoredValue<Readonly<Record<string, PlayGrant>>>('play-tokens', {});

/** Finds the token of a stream, while it is good. */
export type TokenOf = (stream: Stream) => PlayGrant | undefined;

/** The tokens of an account. They stay in this browser until they end: a reload needs no new signature. */
export function useTokens(account: string | undefined): TokenOf {
  const all = useStore(tokens);
  return (stream) => {
    const found = account === undefined ? undefined : all[keyOf(stream, account)];
    return found && isGood(found) && hasSameOrigin(found.play_url, stream.stream_url) ? found : undefined;
  };
}

export function rememberToken(stream: Stream, account: string, grant: PlayGrant): void {
  const good = Object.entries(tokens.get()).filter(([, each]) => isGood(each));
  tokens.set({ ...Object.fromEntries(good), [keyOf(stream, account)]: grant });
}

/** Forgets a token that the provider does not accept any more; a newer one, from another tab, stays. */
export function forgetToken(stream: Stream, account: string, { token }: PlayGrant): void {
  const { [keyOf(stream, account)]: last, ...rest } = tokens.get();
  if (last?.token === token) tokens.set(rest);
}

function keyOf(
  { stream_url, contract, content_id, content_distributor_wallet: provider }: Stream,
  account: string,
): string {
  const origin = URL.parse(stream_url)?.origin ?? '';
  return [origin, contract, content_id, account, provider].join(' ').toLowerCase();
}

function isGood({ until_sec }: PlayGrant): boolean {
  return until_sec * 1000 > Date.now();
}
