import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Anvil {
  url: string;
  stop(): Promise<void>;
}

/** Foundry's chain, on a free port. Rejects with its output when it ends instead of listening. */
export async function startAnvil(args: readonly string[]): Promise<Anvil> {
  const child = spawn('anvil', ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const listening = Promise.withResolvers<string>();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const address = /Listening on ([\d.]+:\d+)/.exec(output)?.[1];
    if (address !== undefined) listening.resolve(`http://${address}`);
  });
  child.once('error', listening.reject);
  child.once('exit', () => listening.reject(new Error(`anvil ended:\n${output}`)));
  return {
    url: await listening.promise,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
