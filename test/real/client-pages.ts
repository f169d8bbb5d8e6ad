import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { build } from 'vite';

const DOCUMENT = `<!doctype html><title>player</title><style>video, input { width: 900px; display: block }</style>
<video muted></video><input type="range" min="0" step="any" value="0">
<button id="play">Play</button><button id="pause">Pause</button>
<script type="module" src="/page.js"></script>`;

const PLAYER = join(import.meta.dirname, 'web', 'client-page.ts');

/**
 * Serves a page that plays by the client library, on an origin of its own.
 * @param input its script
 */
export async function startClientPages(
  input = PLAYER,
): Promise<{ url: string; port: number; close(): void }> {
  const built = await build({
    root: dirname(input),
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input },
    },
  });
  const [bundle] = [built].flat();
  const [script] = bundle && 'output' in bundle ? bundle.output : [];
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script?.code : DOCUMENT);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}/`, port },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
