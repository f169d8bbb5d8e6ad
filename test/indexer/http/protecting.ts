import { createDecipheriv, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { contentSecretOf } from '../../../indexer/secrets/names.ts';
import { sealingKey } from '../../../indexer/secrets/seal.ts';
import { segmentsOf } from '../../packager/packaged.ts';
import { makeVideo } from '../../packager/samples.ts';
import { eventually } from '../../until.ts';
import { type Answer, type Api, UPLOAD } from './api.ts';
import type { Row } from './uploads.ts';

export type Part = readonly [name: string, value: string | Blob];

/** What a packaging shows of itself. */
export interface Shown {
  id: string;
  state: string;
  progress: number;
  problem: { code: string; detail: string } | null;
  result: Row | null;
}

const PACKAGED_MS = 30_000;

export const PROTECTED = { ...UPLOAD, protect: true };

/** Half a minute, as nobody else has it. */
export async function newVideo(seconds = 30): Promise<Uint8Array<ArrayBuffer>> {
  return await makeVideo('mp4', { seconds, tags: { title: crypto.randomUUID() } });
}

/** Uploads that are packaged, on a host. */
export function protecting(api: Api) {
  const send = (parts: readonly Part[], headers: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of parts) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, value, 'a name');
    }
    return api.call('POST', '/upload-content', { body: form, headers });
  };
  const upload = (
    file: Uint8Array<ArrayBuffer> | string,
    meta: Row = PROTECTED,
    headers: Record<string, string> = {},
    ...more: Part[]
  ) => send([['json_data', JSON.stringify(meta)], ...more, ['file', new Blob([file])]], headers);
  const stateOf = async (id: string, headers?: Record<string, string>) =>
    shownIn(await api.get(`/uploads/${id}`, headers));

  /** What becomes of it in the end. */
  async function ended(id: string, headers?: Record<string, string>): Promise<Shown> {
    return await eventually(
      PACKAGED_MS,
      () => stateOf(id, headers),
      ({ state }) => state === 'packaged' || state === 'failed',
    );
  }

  return {
    send,
    upload,
    stateOf,
    ended,
    /** An upload that is taken, and what becomes of it. */
    async packaged(...given: Parameters<typeof upload>): Promise<Shown & { cid: string }> {
      const answer = await upload(...given);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
      const shown = await ended(shownIn(answer).id, given[2]);
      expect(shown.state, JSON.stringify(shown.problem)).to.equal('packaged');
      return { ...shown, cid: cidIn(shown) };
    },
    /** A file of a directory, as everybody gets it. */
    file: async (cid: string, path: string) => {
      const answer = await fetch(`${api.url}/ipfs/${cid}/${path}`);
      expect(answer.status, path).to.equal(200);
      return Buffer.from(await answer.arrayBuffer());
    },
    /** What opens a content: the host's own file opens the book. */
    secretOf(cid: string, owner: string): Uint8Array | null {
      const db = new Database(api.book, { readonly: true });
      try {
        const row = db
          .prepare<[string, string], { sealed: string; kid: string }>(
            'SELECT sealed, kid FROM content_secrets WHERE cid_key = ? AND owner = lower(?)',
          )
          .get(cid, owner);
        const file = join(api.dataDir, 'keys-secret');
        const key = sealingKey(Buffer.from(readFileSync(file, 'utf8').trim(), 'hex'));
        return row ? key.open(row, contentSecretOf(cid, owner.toLowerCase())) : null;
      } finally {
        db.close();
      }
    },
  };
}

/** What it was packaged as. */
export function cidIn({ result }: Shown): string {
  return String((result?.meta as Row | undefined)?.cid);
}

export function shownIn({ body }: Answer): Shown {
  return body.upload as unknown as Shown;
}

/** The segments of a playlist, decrypted with the secret where they are encrypted. */
export async function opened(
  playlist: string,
  secret: Uint8Array,
  read: (uri: string) => Promise<Buffer>,
): Promise<Buffer[]> {
  return await Promise.all(
    segmentsOf(playlist).map(async ({ uri, key }) => {
      const bytes = await read(uri);
      if (key === null) return bytes;
      const unit = key.uri.replace('../keys/', '');
      const unitKey = Buffer.from(hkdfSync('sha256', secret, 'stream-host/1', `key ${unit}`, 16));
      const decipher = createDecipheriv('aes-128-cbc', unitKey, key.iv);
      return Buffer.concat([decipher.update(bytes), decipher.final()]);
    }),
  );
}
