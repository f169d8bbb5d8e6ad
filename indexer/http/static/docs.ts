import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';
import { CODES } from '../problems/codes.ts';
import { named } from '../routing/mount.ts';

const SWAGGER_UI = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css')));
const CACHE = { maxAge: '1h', index: false, redirect: false } as const;

/** `/docs`: Swagger UI from this host's own files; `/docs/problems`: every code; `/openapi.json`. */
export function docsRoutes(openapi: () => object): Router {
  let document: string | undefined;
  const router = express.Router();
  router.use('/docs', named('/docs'));
  router.use('/openapi.json', named('/openapi.json'));
  router.get('/openapi.json', (_req, res) => {
    // Not at the start: to make it takes as long as all the rest of the app.
    document ??= JSON.stringify(openapi());
    res.type('json').send(document);
  });
  router.get('/docs', (req, res) => {
    // Its files are beside it only with the slash.
    if (req.path.endsWith('/')) res.type('html').send(PAGE);
    else res.redirect(308, './docs/');
  });
  router.get('/docs/problems', (_req, res) => void res.type('html').send(problemsPage()));
  router.get('/docs/start.js', (_req, res) => void res.type('js').send(START));
  router.use('/docs', express.static(SWAGGER_UI, CACHE));
  return router;
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API documentation</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" type="image/png" href="favicon-32x32.png">
</head>
<body>
<div id="ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
`;

/** Without a validator's badge, which would ask a server on the internet. */
const START = `SwaggerUIBundle({ url: '../openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null });
`;

function problemsPage(): string {
  const rows = Object.entries(CODES).map(
    ([code, [status, meaning]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${meaning}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Problems</title></head>
<body>
<h1>Problems</h1>
<p>Every error is a problem detail (RFC 9457) with one of these codes. Codes are added, never renamed.</p>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
</body>
</html>
`;
}
