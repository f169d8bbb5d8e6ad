import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../../until.ts';
import type { Answer, Api } from './api.ts';
import { UPLOAD } from './samples.ts';
import type { Row } from './uploads.ts';

type Headed = Record<string, string>;
type Bytes = Uint8Array<ArrayBuffer>;

const TUS = { 'tus-resumable': '1.0.0' };
const STORED_MS = 20_000;

export function metadata(pairs: Row): string {
  return Object.entries(pairs)
    .map(
      ([key, value]) =>
        `${key} ${Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')}`,
    )
    .join(',');
}

/** Resumable uploads on a host, as clients of tus make them. */
export function tusOn(api: Pick<Api, 'call' | 'get'>) {
  const call = (method: string, path: string, headers: Headed, body?: Bytes | string) =>
    api.call(method, path, {
      headers: { ...TUS, ...headers },
      ...(body !== undefined && { body, duplex: 'half' }),
    } as RequestInit);
  const begin = (size: number, meta: unknown = UPLOAD, headers: Headed = {}, body?: Bytes) =>
    call(
      'POST',
      '/uploads',
      { 'upload-length': String(size), 'upload-metadata': metadata({ json_data: meta }), ...headers },
      body,
    );
  const patch = (path: string, offset: number, body: Bytes | string, headers: Headed = {}) =>
    call(
      'PATCH',
      path,
      { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers },
      body,
    );
  const head = (path: string, headers: Headed = {}) => call('HEAD', path, headers);
  const state = async (path: string, headers?: Headed) => shownIn(await api.get(path, headers));

  return {
    call,
    begin,
    patch,
    head,
    end: (path: string, headers: Headed = {}) => call('DELETE', path, headers),
    state,
    /** @returns the path of an upload that has begun. */
    async begun(...given: Parameters<typeof begin>): Promise<string> {
      const answer = await begin(...given);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
      return String(answer.headers.get('location'));
    },
    /** How many bytes of it are on the disk. */
    async offset(path: string, headers?: Headed): Promise<number> {
      const answer = await head(path, headers);
      expect(answer.status).to.equal(200);
      return Number(answer.headers.get('upload-offset'));
    },
    /** What has become of it in the end. */
    ended: (path: string, headers?: Headed) =>
      eventually(
        STORED_MS,
        () => state(path, headers),
        ({ state: found }) => found === 'packaged' || found === 'failed',
      ),
  };
}

export interface ShownUpload {
  id: string;
  state: string;
  progress: number;
  problem: { code: string; detail: string } | null;
  result: (Row & { meta: Row }) | null;
}

function shownIn({ status, body }: Answer): ShownUpload {
  expect(status, JSON.stringify(body)).to.equal(200);
  return body.upload as ShownUpload;
}

/** What unfinished uploads have left on the disk. */
export function leftBehind({ dataDir }: Pick<Api, 'dataDir'>): string[] {
  return ['uploads', 'packaging', 'locks/uploads'].flatMap((folder) => {
    const path = join(dataDir, folder);
    return existsSync(path) ? readdirSync(path) : [];
  });
}

/** Rows of uploads that hold room for bytes to come. */
export async function receiving(api: Api): Promise<Row[]> {
  const { staged_uploads } = (await api.state()).rows;
  return (staged_uploads as Row[]).filter(({ state }) => state === 'receiving');
}
