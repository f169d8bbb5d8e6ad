import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';

export const SAMPLE_BYTES = 1024 ** 3;
export const STEP_BYTES = 1024 ** 2;

/** A file of 1 GiB that nothing can compress or has stored already. */
export async function writeSample(path: string): Promise<void> {
  const step = Buffer.alloc(STEP_BYTES);
  await using file = await open(path, 'w');
  for (let written = 0; written < SAMPLE_BYTES; written += STEP_BYTES) await file.write(randomFillSync(step));
}
