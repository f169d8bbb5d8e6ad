import type { Config } from '../../config/config.ts';
import type { Paths } from '../../config/paths.ts';
import type { OpenChain } from './chain.ts';
import { openEmbedded } from './embedded.ts';
import { openRemote } from './remote.ts';

/**
 * @param say takes what happens on the embedded chain, for a person.
 * @throws {ChainUnusable} and the embedded chain's own errors, each with a message for a person.
 */
export function openChain(config: Config, at: Paths, say: (line: string) => void): Promise<OpenChain> {
  return config.rpcUrls.length === 0 ? openEmbedded(config, at, say) : openRemote(config, at);
}
