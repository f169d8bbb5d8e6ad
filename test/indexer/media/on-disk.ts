import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** All files that a media folder of this host has, kept or not, but for its index. */
export function mediaOnDisk(
  folder: string,
  parts: readonly string[] = ['files', 'incoming', 'roots'],
): string[] {
  return parts
    .flatMap((part) => readdirSync(join(folder, part), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
