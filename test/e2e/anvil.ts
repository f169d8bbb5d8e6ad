import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ANVIL = fileURLToPath(new URL('../../node_modules/@foundry-rs/anvil/bin.mjs', import.meta.url));
const START_DEADLINE_MS = 20_000;

/** A chain of another make than the embedded one, in a process of its own, on a free port. */
export interface Anvil {
  url: string;
  stop(): Promise<void>;
}

/** @param args such as `--no-mining`. Its accounts are those of the embedded chain, with their public test keys. */
export async function startAnvil({
  chainId,
  args = [],
}: {
  chainId: number;
  args?: string[];
}): Promise<Anvil> {
  const options = ['--port', '0', '--chain-id', String(chainId), ...args];
  const child = spawn(process.execPath, [ANVIL, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'close');
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      output += chunk;
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (address) resolve(`http://${address}`);
    });
  }
  const late = setTimeout(() => reject(new Error(`anvil is not up:\n${output}`)), START_DEADLINE_MS);
  void gone.then(() => reject(new Error(`anvil ended:\n${output}`)));
  const stop = async () => {
    // The wrapper passes it on; SIGKILL would leave the chain behind.
    child.kill('SIGTERM');
    await gone;
  };
  try {
    return { url: await promise, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
