import { readFileSync } from 'node:fs';
import { getJson, type HostProcess } from '../../e2e/host.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { until } from '../../until.ts';

interface QueuedUpload {
  upload: {
    id: string;
    state: string;
    problem: unknown;
    result: { meta: { cid: string; content_id: string } } | null;
  };
}

/** Of two minutes, on a machine that does much else. */
const PACKAGED_MS = 60_000;
const SHARES = { creator_share: 70, provider_share: 30 };

/**
 * Publishes a protected video at a host of the development chain, and waits until it is packaged. Its bytes are the
 * sample's, and `name` behind their end makes it another file.
 * @param terms `price`, and what differs from the usual; `captions`: what `captions` of it are.
 */
export async function publishProtected(
  host: Pick<HostProcess, 'url'>,
  name: string,
  terms: Record<string, unknown>,
  file: Uint8Array<ArrayBuffer> = new Uint8Array(readFileSync('data/video.mp4')),
  poster?: Uint8Array<ArrayBuffer>,
  captions: readonly string[] = [],
): Promise<{ cid: string; contentId: string }> {
  const form = new FormData();
  const listing = { video_name: name, content_creator_wallet: CREATOR, ...SHARES, protect: true, ...terms };
  form.set('json_data', JSON.stringify(listing));
  if (poster) form.set('poster', new Blob([poster]), 'poster.jpg');
  for (const text of captions) form.append('captions', new Blob([text]), 'a.vtt');
  form.set('file', new Blob([file, name]), 'video.mp4');
  const sent = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
  let { upload } = (await sent.json()) as QueuedUpload;
  await until(
    'the video is packaged and published',
    async () => {
      ({ upload } = await getJson<QueuedUpload>(`${host.url}/uploads/${upload.id}`));
      if (upload.state === 'failed') throw new Error(JSON.stringify(upload.problem));
      return upload.result !== null;
    },
    PACKAGED_MS,
  );
  const { cid = '', content_id: contentId = '' } = upload.result?.meta ?? {};
  return { cid, contentId };
}
