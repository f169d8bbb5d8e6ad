import type { WriteStream } from 'node:tty';

const WIDTH = 30;

export interface Progress {
  /** @param done of the total, in the total's unit. */
  update(done: number, note: string): void;
  end(): void;
}

/** A bar that redraws itself on a terminal; one plain line per step elsewhere. */
export function progressBar(
  total: number,
  unit: string,
  out: Pick<WriteStream, 'write' | 'isTTY'> = process.stdout,
): Progress {
  return {
    update(done, note) {
      const text = `${done}/${total} ${unit}  ${note}`;
      if (!out.isTTY) {
        out.write(`${text}\n`);
        return;
      }
      const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
      out.write(`\r\u001b[K[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${text}`);
    },
    end() {
      if (out.isTTY) out.write('\n');
    },
  };
}
