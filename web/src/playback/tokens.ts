import type { Stream } from '../api/answers.ts';
import { createStoredValue, useStore } from '../lib/store.ts';
import type { PlayGrant } from './access.ts';
import { hasSameOrigin } from './terms.ts';

const tokens = createStoredValue<Readonly<Record<string, PlayGrant>>>('play-tokens', {});

/** Finds what opens a stream for an account, as long as it is good. */
export type TokenOf = (stream: Stream) => PlayGrant | undefined;

/** Tokens live in this browser until they end: a reload goes on without a signature. */
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

/** The provider does not take it any more; one that came since, in another tab, stays. */
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
