import type { Config } from '../config/config.ts';
import { pathsOf } from '../config/paths.ts';
import { describeProvider } from '../playback/provider.ts';
import type { OpenChain } from './chain/chain.ts';
import type { Host } from './create-host.ts';

/** What runs, where, and which variable swaps it. The line `Ready` is last, for people and programs that wait. */
export function banner(config: Config, { chain, descriptions, deps, url: listeningAt }: Host): string {
  const url = addressForPeople(listeningAt);
  const { records, book } = pathsOf(config);
  const isReachable = config.publicUrl !== undefined || chain.unsigned !== null;
  const rows = [
    ['chain', chain.description],
    ['contract', `${chain.facts.contract} (CONTRACT_ADDRESS)`],
    ['records', `SQLite in ${records} (DATA_DIR)`],
    ['book', `SQLite in ${book}, to be kept: npm run backup`],
    ['media', descriptions.media],
    ['live', descriptions.live],
    ['writes', writes(config, chain)],
    ['serves', describeProvider(deps.provider, { isReachable })],
    ['host', `${url} (HOST, PORT), documentation at ${url}/docs`],
    ...(chain.isEmbedded ? [['accounts', 'funded, with public test keys: npm run accounts shows them']] : []),
  ];
  const table = rows.map(([part = '', what]) => `  ${part.padEnd(10)}${what}`).join('\n');
  return `${table}\nReady: ${url}`;
}

/** As the documentation spells it: what a browser keeps of the page under one name it has not under another. */
export function addressForPeople(listeningAt: string): string {
  return listeningAt.replace(/^http:\/\/(127\.0\.0\.1|0\.0\.0\.0|\[::\]):/, 'http://localhost:');
}

/** Whose word a write needs, and who pays for its gas. */
function writes({ relay }: Config, { unsigned, operator }: OpenChain): string {
  if (unsigned) return 'unsigned: this host acts for any wallet named, on its own chain only';
  if (operator === null || relay.mode === 'off') {
    return 'by the wallets themselves; what they sign is not submitted (PRIVATEKEY, RELAY)';
  }
  const whose = relay.mode === 'open' ? 'any wallet' : `${relay.allowlist.length} wallets (RELAY_ALLOWLIST)`;
  return `signed by ${whose}, submitted by ${operator.address} (PRIVATEKEY, RELAY)`;
}
