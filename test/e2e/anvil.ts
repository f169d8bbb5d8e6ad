import { node, said, startChild } from '../child.ts';

const ANVIL = 'node_modules/@foundry-rs/anvil/bin.mjs';

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
  const child = startChild(node(ANVIL, '--port', 0, '--chain-id', chainId, ...args));
  const address = await said(child, (output) => /Listening on (127\.0\.0\.1:\d+)/.exec(output)?.[1]);
  return {
    url: `http://${address}`,
    async stop() {
      // The wrapper passes it on; SIGKILL would leave the chain behind.
      child.process.kill('SIGTERM');
      await child.gone;
    },
  };
}
