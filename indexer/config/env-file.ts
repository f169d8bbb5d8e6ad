import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config.ts';

/**
 * Adds the variables of a file that are not set yet. A file that is not there has none; one that can't be read as it was
 * meant stops the start: a host that lost `ETH_RPC_URL` would come up as a development host.
 * @throws {ConfigError}
 */
export function loadEnvFile(path: string, env: Record<string, string | undefined> = process.env): void {
  for (const [name, value] of Object.entries(parseEnv(textOf(path)))) env[name] ??= value;
}

function textOf(path: string): string {
  const bytes = bytesOf(path);
  const text = decoded(bytes);
  if (text === null || /[\0\ufeff]/.test(text))
    throw new ConfigError({ problems: [`${path}: is not plain UTF-8 text: save it as UTF-8 (not UTF-16)`] });
  return text;
}

/** Editors on Windows put a byte order mark first, which would become part of the first name: it is dropped. */
function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return Buffer.alloc(0);
    throw new ConfigError({ problems: [`${path}: can not be read (${code})`] });
  }
}
