import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { openSqliteStores } from '../../../indexer/store/sqlite/index.ts';
import type { OwnHost } from '../provide/own-host.ts';
import { refusal } from '../provide/refusal.ts';
import type { BlockOptions } from './options.ts';

/** How a content stands after it was acted on. */
export interface TakedownState {
  /** `null`: it is not taken down. */
  takenDown: { at: string; by: string; reason: string | null } | null;
  /** URLs of this host's streams that are registered still; `null` where no host runs that could tell. */
  streams: string[] | null;
}

export interface TakedownsAtHand extends AsyncDisposable {
  /** @throws {CliError} */
  act(
    task: BlockOptions['task'],
    cid: string,
    order: { reason: string | null; by: string },
  ): Promise<TakedownState>;
}

const METHODS = { block: 'PUT', undo: 'DELETE', look: 'GET' } as const;

/** As the host that runs sees to them. */
export function ofHost(host: Pick<OwnHost, 'call'>): TakedownsAtHand {
  return {
    async act(task, cid, { reason, by }) {
      const query = new URLSearchParams({
        ...(task !== 'look' && { by }),
        ...(task === 'block' && reason !== null && { reason }),
      });
      const path = `/takedowns/${encodeURIComponent(cid)}${query.size === 0 ? '' : `?${query}`}`;
      const answer = await host.call(METHODS[task], path);
      if (answer.status !== 200) throw refusal(answer);
      const { taken_down_at: at, taken_down_by, reason: why, stream_urls: streams } = answer.body;
      const takenDown =
        at === null ? null : { at: String(at), by: String(taken_down_by), reason: textOrNull(why) };
      return { takenDown, streams: streams as string[] };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** In the book of a host that does not run: it ends the streams once it does. */
export function ofBook(paths: { records: string; book: string }): TakedownsAtHand {
  const { store, book } = openSqliteStores(paths);
  return {
    async act(task, cid, { reason, by }) {
      const cidKey = canonicalCid(cid) ?? cid;
      const takenAtSec = Math.floor(Date.now() / 1000);
      if (task === 'block') await book.takeDown({ cidKey, cid, reason, takenBy: by, takenAtSec });
      if (task === 'undo') await book.liftTakedown(cidKey);
      const found = await book.takedownOf(cidKey);
      const at = new Date((found?.takenAtSec ?? 0) * 1000).toISOString().replace('.000', '');
      return { takenDown: found && { at, by: found.takenBy, reason: found.reason }, streams: null };
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await book.close();
    },
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
