import type { MediaStorage } from '../../media/storage.ts';
import type { Takedowns } from '../../store/book.ts';
import { requireNotTakenDown } from './taken-down.ts';

interface Deps {
  book: Pick<Takedowns, 'takedownOf' | 'hasTakedowns'>;
  storage: Pick<MediaStorage, 'stat' | 'rootsOf'>;
}

/**
 * Whether anything of a canonical CID may leave this host, be it a file's, a directory's or that of a block: what is
 * taken down may not, nor a block of it that nothing else here needs.
 * @throws {TakenDown}
 */
export type ServedCheck = (cidKey: string) => Promise<void>;

export function createServedCheck({ book, storage }: Deps): ServedCheck {
  return async (cidKey) => {
    if (!(await book.hasTakedowns())) return;
    await requireNotTakenDown(book, cidKey);
    if ((await storage.stat(cidKey)) !== null) return;
    const roots = await storage.rootsOf(cidKey);
    const found = await Promise.all(roots.map((root) => book.takedownOf(root)));
    const [first] = found;
    if (first && found.every((takedown) => takedown !== null)) await requireNotTakenDown(book, first.cidKey);
  };
}
