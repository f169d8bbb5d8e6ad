import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where the development server finds the host. */
const HOST = process.env.STREAM_HOST ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), hostOfThePage(), iconInside()],
  build: {
    // Module preloading and top-level await as browsers have had them since 2023.
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    emptyOutDir: true,
    rolldownOptions: {
      input: `${import.meta.dirname}/index.html`,
      // What a landing loads is one file, though other views share parts of it.
      output: { codeSplitting: { groups: [{ name: 'index', tags: ['$initial'] }] } },
    },
  },
  // Built by itself: what the two share would stand in files of its own, each a request more.
  environments: {
    embed: {
      consumer: 'client',
      build: { emptyOutDir: false, rolldownOptions: { input: `${import.meta.dirname}/embed.html` } },
    },
  },
  builder: {},
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

/** A picture of 400 bytes is not worth a request; the policy of frames allows none inside. */
function iconInside(): Plugin {
  const icon = readFileSync(`${import.meta.dirname}/public/favicon.svg`, 'utf8').replace(/\n\s*/g, '');
  return {
    name: 'icon-inside',
    apply: 'build',
    transformIndexHtml: (html, { path }) =>
      path === '/index.html'
        ? html.replace('href="/favicon.svg"', `href="data:image/svg+xml,${encodeURIComponent(icon)}"`)
        : html,
  };
}

/** Where the address bar goes is the page's; what its script asks for is the host's. */
function isOfThePage({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>) {
  const navigates = headers.accept?.includes('text/html') && !url.startsWith('/docs');
  return navigates || url === '/favicon.svg' ? url : undefined;
}
