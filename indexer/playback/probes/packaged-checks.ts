import { createHash, randomInt } from 'node:crypto';
import * as raw from 'multiformats/codecs/raw';
import { type Content, readContent } from '../../../client/content/content.ts';
import { checkUnits } from '../../../client/content/playlist.ts';
import { ClientError } from '../../../client/errors.ts';
import type { Looking, Node } from './looking.ts';
import { NotReached } from './reach.ts';

const SEGMENT = /^\d{1,6}\.m4s$/;

/** What a packaged video shows everybody, by the rules by which clients take it. @throws {NotReached} */
export async function packagedChecks(look: Looking, root: Node): Promise<void> {
  if (!root.links.some(({ name }) => name === 'content.json')) {
    return look.found('content.json', 'skipped', 'not_verifiable', 'The CID is a directory of other files.');
  }
  const content = await contentOf(look, root);
  if (content === null) return;
  const rendition = oneOf(
    Object.keys(content.fileHashes).flatMap((path) => /^(.+)\/index\.m3u8$/.exec(path)?.[1] ?? []),
  );
  await listedFile(look, content, 'master.m3u8');
  if (rendition !== undefined) {
    await listedFile(look, content, `${rendition}/index.m3u8`);
    await listedFile(look, content, `${rendition}/init.mp4`);
    await segment(look, root, rendition);
  }
  await key(look, content);
}

async function contentOf(look: Looking, { block, links }: Node): Promise<Content | null> {
  const { cidKey } = look.stream;
  const named = links.find(({ name }) => name === 'content.json');
  let isOther = false;
  try {
    const content = await readContent(cidKey, async (path) => {
      if (path === '?format=raw') return Uint8Array.from(block);
      const { status, bytes } = await look.ask(path);
      if (status !== 200)
        throw new NotReached(`${path} is not there: it answers ${status}.`, { reason: 'file_missing' });
      isOther = !createHash('sha256')
        .update(bytes)
        .digest()
        .equals(named?.cid.multihash.digest ?? new Uint8Array());
      return bytes;
    });
    look.found('content.json', 'right', null, 'It is the one that the CID names.');
    return content;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    // Whoever made the CID has put something else there: no provider can serve another.
    if (isOther) look.found('content.json', 'wrong', 'content_differs', error.message);
    else look.found('content.json', 'skipped', 'not_verifiable', error.message);
    return null;
  }
}

async function listedFile(look: Looking, { fileHashes }: Content, path: string): Promise<void> {
  const isPlaylist = path.endsWith('.m3u8');
  const check = isPlaylist ? 'playlist' : 'init segment';
  const bytes = await look.file(check, `/${path}`);
  if (bytes === null) return;
  // Whoever plays from it may be none that compares hashes.
  if (isPlaylist && startsEarly(bytes)) {
    return look.found(check, 'wrong', 'playlist_early', `${path} has a key before its minute.`);
  }
  const named = fileHashes[path];
  if (named === undefined) return look.found(check, 'skipped', 'not_verifiable', `The CID names no ${path}.`);
  if (createHash('sha256').update(bytes).digest('hex') === named) {
    return look.found(check, 'right', null, `${path} is the one that the CID names.`);
  }
  const reason = isPlaylist ? 'playlist_differs' : 'init_differs';
  look.found(check, 'wrong', reason, `${path} is another than the CID names.`);
}

function startsEarly(playlist: Uint8Array): boolean {
  try {
    checkUnits(new TextDecoder().decode(playlist));
    return false;
  } catch (error) {
    if (error instanceof ClientError) return true;
    throw error;
  }
}

/** A random part of a random segment. */
async function segment(look: Looking, root: Node, rendition: string): Promise<void> {
  const folder = root.links.find(({ name }) => name === rendition);
  const listed = folder && (await look.node(`/${rendition}`, folder.cid));
  const link = oneOf(listed?.links.filter(({ name }) => SEGMENT.test(name)) ?? []);
  if (link === undefined) {
    return look.found('bytes', 'skipped', 'not_verifiable', 'It shows no blocks of its segments.');
  }
  const path = `/${rendition}/${link.name}`;
  // A raw leaf is its own only part.
  const file = isLeaf(link) ? link.cid : await look.node(path, link.cid);
  if (file === null) return look.found('bytes', 'skipped', 'not_verifiable', `It shows no block of ${path}.`);
  await look.part(path, file, link.dagBytes);
}

function isLeaf({ cid }: Pick<Node['links'][number], 'cid'>): boolean {
  return cid.code === raw.code;
}

/** What is asked for a key; nobody pays here. */
async function key(look: Looking, { keyHashes }: Content): Promise<void> {
  const units = [...keyHashes.entries()].filter(([, hash]) => hash !== null);
  const [unit, hash] = oneOf(units) ?? [];
  if (unit === undefined) return;
  const answer = await look.ask(`/keys/${unit}`);
  if (answer.status === 402 || answer.status === 410) return look.demanded(answer);
  if (answer.status !== 200) {
    const detail = `Key ${unit} is not sold: it answers ${answer.status}.`;
    return look.found('offer', 'silent', 'not_offered', detail);
  }
  if (createHash('sha256').update(answer.bytes).digest('hex') === hash) {
    return look.found('key', 'right', null, `Key ${unit} is everybody's, and the one that the CID names.`);
  }
  look.found('key', 'wrong', 'key_differs', `Key ${unit} is another than the CID names.`);
}

function oneOf<T>(list: readonly T[]): T | undefined {
  return list[randomInt(Math.max(1, list.length))];
}
