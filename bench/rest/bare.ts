// The floors of the case `rest`, in a process of its own: node:http alone. It has each answer ready that it was told;
// of the records at its first argument it makes the others, by one prepared statement.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { viewsSql } from '../../indexer/store/sqlite/queries/history.ts';

const ROWS = 100;
const FROM_DB = '/from-db/';
const db = new Database(join(process.argv[2] ?? '', 'records.sqlite'), { readonly: true });
const views = db.prepare<[object]>(viewsSql({ by: 'cid' }));
const bodies = new Map<string, Buffer>();

process.on('message', ([path, body]: [string, string]) => {
  bodies.set(path, Buffer.from(body));
});

function made(cid: string): Buffer {
  const rows = views.all({
    key: cid,
    fromSec: 0,
    beforeSec: Number.MAX_SAFE_INTEGER,
    beforeSeq: 0,
    limit: ROWS,
  });
  return Buffer.from(JSON.stringify({ records: rows }));
}

const server = createServer((req, res) => {
  const { url = '' } = req;
  const body = url.startsWith(FROM_DB) ? made(url.slice(FROM_DB.length)) : bodies.get(url);
  if (!body) {
    res.writeHead(404).end();
    return;
  }
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length });
  res.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
