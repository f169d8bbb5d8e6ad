import { expect } from 'chai';
import type { UploadQuota } from '../../../indexer/uploads/staging.ts';
import { bytesOf } from '../media/content.ts';
import { type Answer, CREATOR, startApi, UPLOAD } from './api.ts';

export type Row = Record<string, unknown>;
type Content = string | Uint8Array<ArrayBuffer>;

export const HOUR_SEC = 3_600;
export const DAY_SEC = 24 * HOUR_SEC;
/** How long an upload stays after its time, for a publication that is on its way. */
export const GRACE_SEC = 300;

/** A host off its development chain, where uploads wait for their creator; the test's wallets by index. */
export async function openUploads(quota: Partial<UploadQuota> = {}) {
  const clock = { laterSec: 0 };
  const api = await startApi({
    remote: true,
    // What is published stays visible to these tests.
    config: { openGateway: true },
    quota,
    nowSec: () => Math.floor(Date.now() / 1_000) + clock.laterSec,
  });
  const upload = async (content: Content, meta: Row = UPLOAD, index = 1) =>
    api.upload(content, meta, await api.signedIn(index));
  return {
    api,
    /** `laterSec`: how far the host's clock is ahead. */
    clock,
    upload,
    /** An upload that is taken. */
    async staged(content: Content, meta?: Row, index?: number) {
      const answer = await upload(content, meta, index);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
      return answer;
    },
    /** An upload whose file never ends, and that is answered all the same. */
    async sendEndless(headers: Record<string, string>) {
      const { body, type, stop } = endlessForm();
      const init = { body, headers: { ...headers, 'content-type': type }, duplex: 'half' };
      return { answer: await api.call('POST', '/upload-content', init as RequestInit), stop };
    },
    publish: api.publishBy,
    /** CIDs of the uploads that wait. */
    async listed(wallet = CREATOR, index = 1) {
      const { body } = await api.get(`/wallets/${wallet}/uploads`, await api.signedIn(index));
      return (body.uploads as Row[]).map(({ cid }) => cid);
    },
    remove: async (cid: string, wallet = CREATOR, index = 1) =>
      api.call('DELETE', `/wallets/${wallet}/uploads/${cid}`, { headers: await api.signedIn(index) }),
    /** The status with which its media is answered. */
    media: async (cid: string) => (await fetch(`${api.url}/ipfs/${cid}`)).status,
  };
}

export type Uploads = Awaited<ReturnType<typeof openUploads>>;

export function cidOf({ body }: Answer): string {
  return String((body.meta as Row).cid);
}

export function fileOf(length: number, offset = 0): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytesOf(offset, length));
}

/** A form whose file never ends. */
function endlessForm() {
  const boundary = 'a-boundary';
  let isStopped = false;
  const head = [
    `--${boundary}\r\nContent-Disposition: form-data; name="json_data"\r\n\r\n${JSON.stringify(UPLOAD)}\r\n`,
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="video.mp4"\r\n\r\n`,
  ];
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(head.join(''))),
    pull(controller) {
      if (isStopped) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(7));
    },
  });
  return {
    body,
    type: `multipart/form-data; boundary=${boundary}`,
    stop: () => {
      isStopped = true;
    },
  };
}
