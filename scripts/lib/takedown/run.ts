import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { readConfig } from '../../../indexer/config/config.ts';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { type Call, CliError } from '../cli.ts';
import { findOwnHost } from '../provide/own-host.ts';
import { blockOptions } from './options.ts';
import { stateText } from './state-text.ts';
import { ofBook, ofHost, type TakedownsAtHand } from './takedowns.ts';

/** @throws {CliError} */
export async function runBlock({ argv, env, print }: Call): Promise<void> {
  const { task, cids, reason } = blockOptions(argv);
  await using takedowns = await openTakedowns(env);
  const by = ownName();
  for (const cid of cids) {
    print(...stateText(cid, await takedowns.act(task, cid, { reason, by })));
  }
  if (task === 'undo') print('No stream is registered again: npm run provide -- CID does that.');
}

/** Through the host that runs on DATA_DIR; else in its book, where the next one finds them. @throws {CliError} */
async function openTakedowns(env: NodeJS.ProcessEnv): Promise<TakedownsAtHand> {
  const config = readConfig(env);
  const host = await findOwnHost(config);
  if (host !== null) return ofHost(host);
  const paths = pathsOf(config);
  if (existsSync(paths.records) || existsSync(paths.book)) return ofBook(paths);
  throw new CliError(`No host has ever run with DATA_DIR=${config.dataDir}: there is nothing to take down.`);
}

/** For the records; a container may know no name of its user. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'operator';
  }
}
