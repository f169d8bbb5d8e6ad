import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { syncFolder } from '../../indexer/lib/durable-file.ts';
import { JournalBroken, JournalCorrupted } from '../errors.ts';
import { type Genesis, genesisSchema } from '../genesis.ts';
import { encodeFrame, type Frame, readFrames } from './frames.ts';

/**
 * One line of the journal: calls that were made at wall-clock second `atSec` on top of block `head`. A line
 * is on disk before its first call is carried out, so whatever anybody saw of a call survives a crash.
 */
const entrySchema = z.object({
  head: z.object({ number: z.int(), hash: z.string() }),
  atSec: z.int(),
  calls: z.array(z.object({ method: z.string(), params: z.array(z.unknown()) })),
});

export type JournalEntry = z.infer<typeof entrySchema>;

export interface Journal {
  readonly genesis: Genesis;
  /** The recorded entries, oldest first. Read it to the end, once, before the first `append`. */
  entries(): AsyncGenerator<JournalEntry>;
  /** Resolves once the entry is on disk. Rejects with JournalBroken, and from then on always. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal in `file`, or begins one with `newGenesis`. A torn tail is cut off and reported to
 * `onTorn`; throws JournalCorrupted when anything before the tail is damaged.
 */
export async function openJournal(
  file: string,
  newGenesis: () => Genesis,
  onTorn: () => void,
): Promise<Journal> {
  const handle = await open(file, 'a+');
  let checksum = '';
  let broken: JournalBroken | undefined;
  const frames = readFrames(file, async (offset) => {
    await handle.truncate(offset);
    await handle.datasync();
    onTorn();
  });

  async function write(payload: unknown): Promise<void> {
    if (broken) throw broken;
    const frame = encodeFrame(checksum, JSON.stringify(payload));
    try {
      await handle.appendFile(frame.text);
      await handle.datasync();
    } catch (cause) {
      // How much of the line is on disk is unknown now; only a fresh start can tell.
      broken = new JournalBroken({ file, cause });
      throw broken;
    }
    checksum = frame.checksum;
  }

  function read<T>(frame: Frame, schema: z.ZodType<T>): T {
    checksum = frame.checksum;
    const parsed = schema.safeParse(JSON.parse(frame.payload));
    if (!parsed.success) {
      throw new JournalCorrupted({ file, line: frame.line, reason: 'written by another version' });
    }
    return parsed.data;
  }

  async function* entries(): AsyncGenerator<JournalEntry> {
    for await (const frame of frames) yield read(frame, entrySchema);
  }

  async function readGenesis(): Promise<Genesis> {
    const first = await frames.next();
    if (!first.done) return read(first.value, genesisSchema);
    const genesis = newGenesis();
    await write(genesis);
    await syncFolder(dirname(file));
    return genesis;
  }

  try {
    return { genesis: await readGenesis(), entries, append: write, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
