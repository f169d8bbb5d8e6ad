import { crashPoint } from '../../lib/crash-point.ts';
import type { BlockFiles } from './block-files.ts';
import type { BlockJournal } from './block-journal.ts';

/** A block that uploads under way need. */
interface HeldBlock {
  /** Uploads that need it. */
  users: number;
  /** Nothing kept needs it: delete it when the last user gives it up. */
  garbage: boolean;
  written: Promise<void>;
  /** Set while its file is being deleted: an upload that needs the block waits, then writes it anew. */
  leaving: Promise<void> | undefined;
}

/**
 * Lets uploads of the same content run side by side, and beside removals, without one deleting what another needs:
 * a block that an upload wrote is deleted only when that upload fails and no other holds or kept it.
 */
export class BlockRefs {
  readonly #held = new Map<string, HeldBlock>();
  readonly #files: BlockFiles;
  readonly #journal: BlockJournal;
  #openTasks = 0;

  constructor(files: BlockFiles, journal: BlockJournal) {
    this.#files = files;
    this.#journal = journal;
  }

  /** Uploads and removals bracket their work with `begin` and `end`; between tasks nothing is in doubt. */
  begin(): void {
    this.#openTasks += 1;
  }

  end(): void {
    this.#openTasks -= 1;
    if (this.#openTasks === 0) this.#journal.forget();
  }

  /** Makes sure that the block is on disk and stays there until `keep` or `giveUp`, one of which must follow. */
  async hold(path: string, bytes: Uint8Array): Promise<void> {
    let held = this.#held.get(path);
    while (held?.leaving) {
      await held.leaving.catch(() => undefined);
      held = this.#held.get(path);
    }
    if (!held) {
      held = { users: 0, garbage: false, written: Promise.resolve(), leaving: undefined };
      this.#held.set(path, held);
      held.written = this.#write(held, path, bytes);
    }
    held.users += 1;
    await held.written;
  }

  /** Blocks that are held outlive a power cut when it resolves. */
  async sync(paths: Iterable<string>): Promise<void> {
    await this.#files.syncFolders(paths);
  }

  /** The upload is complete and recorded: its blocks are no longer in doubt. */
  keep(paths: Iterable<string>): void {
    for (const path of paths) {
      const held = this.#held.get(path);
      if (!held) continue;
      held.garbage = false;
      held.users -= 1;
      if (held.users === 0) this.#held.delete(path);
    }
  }

  /** The upload failed: deletes those of its blocks that nothing else needs. */
  async giveUp(paths: Iterable<string>): Promise<void> {
    const deleted: Promise<void>[] = [];
    for (const path of paths) {
      const held = this.#held.get(path);
      if (!held) continue;
      held.users -= 1;
      if (held.users > 0) continue;
      if (held.garbage) deleted.push(this.#delete(path, held));
      else this.#held.delete(path);
    }
    await Promise.all(deleted);
  }

  /** Notes that these blocks may be without a file that needs them from now on. */
  suspect(paths: Iterable<string>): void {
    this.#journal.note(paths);
  }

  /** No kept file needs these blocks any more: deletes them, now or when the uploads that hold them fail. */
  async drop(paths: Iterable<string>): Promise<void> {
    await Promise.all([...paths].map((path) => this.#dropOne(path)));
  }

  async #dropOne(path: string): Promise<void> {
    const held = this.#held.get(path);
    if (!held)
      return this.#delete(path, {
        users: 0,
        garbage: true,
        written: Promise.resolve(),
        leaving: undefined,
      });
    if (held.leaving) return held.leaving;
    await held.written.catch(() => undefined);
    if (this.#held.get(path) === held) held.garbage = true;
    else await this.#dropOne(path);
  }

  async #write(held: HeldBlock, path: string, bytes: Uint8Array): Promise<void> {
    this.suspect([path]);
    held.garbage = true; // also if writing fails halfway
    held.garbage = await this.#files.write(path, bytes);
    crashPoint('upload.block');
  }

  #delete(path: string, held: HeldBlock): Promise<void> {
    this.#held.set(path, held);
    held.leaving = this.#files.delete(path).finally(() => this.#held.delete(path));
    return held.leaving;
  }
}
