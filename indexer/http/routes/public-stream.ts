import { isPublicUrl } from '../../lib/public-url.ts';
import type { AppDeps } from '../deps.ts';
import { problem } from '../problems/codes.ts';

/**
 * Where anybody may register, a stream's URL names a host of the public internet: players and checks follow it, and
 * must not be led into their own networks. On the development chain streams are on this machine.
 * @throws {HttpProblem} `url_not_public`
 */
export function requirePublicStream({ unsigned }: AppDeps['config'], streamUrl: string): void {
  if (unsigned || isPublicUrl(new URL(streamUrl))) return;
  const detail = `${new URL(streamUrl).host} is not a host of the public internet: viewers could not reach it.`;
  throw problem('url_not_public', detail, {
    field: 'stream_url',
    example: 'https://stream.example.org/sample-video',
  });
}
