import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How the name of a file ends that is to replace another one, and does not yet. */
export const UNFINISHED = '.new';

/**
 * Replaces a file in one step: a reader, a crash or a power cut finds the old bytes or the new ones. When it resolves,
 * the new ones are on the disk. One at a time for each path.
 * @param options `mode`: who may read it, from its first byte on.
 */
export async function replaceFile(
  path: string,
  content: string,
  { mode }: { mode?: number } = {},
): Promise<void> {
  const unfinished = path + UNFINISHED;
  if (mode !== undefined) await rm(unfinished, { force: true });
  const file = await open(unfinished, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

/** Which names the folder has is on the disk when it resolves; Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** All of it, at a place in the file: a disk that is nearly full takes a part without an error. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
