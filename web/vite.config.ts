import type { IncomingMessage } from 'node:http';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where the development server finds the host. */
const HOST = process.env.STREAM_HOST ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), hostOfThePage()],
  build: {
    // Module preloading and top-level await as browsers have had them since 2023.
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    emptyOutDir: true,
    rolldownOptions: { input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/embed.html`] },
  },
  worker: { format: 'es' },
  server: {
    port: 3000,
    strictPort: true,
    host: '127.0.0.1',
    proxy: { '^/(?!@|src/|node_modules/|$)': { target: HOST, bypass: isOfThePage } },
  },
});

/** `STREAM_HOST=https://… npm run web:build` makes a page that is served elsewhere than the host. */
function hostOfThePage(): Plugin {
  return {
    name: 'host-of-the-page',
    transformIndexHtml: (html, { server }) =>
      html.replace('%STREAM_HOST%', server ? '' : (process.env.STREAM_HOST ?? '')),
  };
}

/** Where the address bar goes is the page's; what its script asks for is the host's. */
function isOfThePage({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>) {
  const navigates = headers.accept?.includes('text/html') && !url.startsWith('/docs');
  return navigates || url === '/favicon.svg' ? url : undefined;
}
