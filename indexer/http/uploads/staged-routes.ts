import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { languagesOf } from './captions.ts';
import { packagedAnswer, packagedStagedAnswer } from './packaged.ts';
import { arrivingAnswer } from './resumable/arriving.ts';
import {
  ownParams,
  ownUploadParams,
  queuedAnswer,
  queuedStagedAnswer,
  removedAnswer,
  uploadParams,
  uploadsAnswer,
} from './schemas.ts';

/** What a wallet has uploaded and not published yet: for its own eyes. */
export function stagedRoutes(context: Context): Route[] {
  const { staging, packaging, resumable, gate } = context;
  const list = route('get', '/wallets/{wallet}/uploads', {
    tag: 'Wallets',
    summary: 'Uploads that arrive, are packaged, or wait for their publication; oldest first',
    session: true,
    params: ownParams,
    answer: uploadsAnswer,
    handle: async ({ req, params: { wallet } }) => {
      await gate.sessionOf(req, wallet, 'wallet');
      const uploads = (await staging.list(wallet)).map((upload) => ({
        cid: upload.cid,
        video_name: upload.videoName,
        size: upload.sizeBytes,
        uploaded_at: isoTime(upload.stagedAtSec),
        expires_at: isoTime(upload.expiresAtSec),
      }));
      const waiting = await packaging.list(wallet);
      return {
        receiving: (await resumable.list(wallet)).map((upload) => ({
          id: upload.id,
          video_name: upload.asked.videoName,
          size: upload.sizeBytes,
          offset: upload.offset,
          captions: languagesOf(upload.asked),
          expires_at: isoTime(upload.expiresAtSec),
        })),
        packaging: waiting.map(({ id, state, progress, videoName, problem: why, ...rest }) => {
          const captions = languagesOf(rest);
          return { id, state, progress, captions, video_name: videoName, problem: why };
        }),
        uploads,
      };
    },
  });
  const remove = route('delete', '/wallets/{wallet}/uploads/{cid}', {
    tag: 'Wallets',
    summary: 'Removes an upload that is not published',
    description:
      'Its media goes unless something else here needs it: an upload of another wallet, a publication.',
    session: true,
    params: ownUploadParams,
    answer: removedAnswer,
    problems: ['unknown_upload'],
    handle: async ({ req, params: { wallet, cid } }) => {
      await gate.sessionOf(req, wallet, 'wallet');
      if (!(await staging.remove(wallet, cid.key))) {
        const detail = `${wallet} has no upload of ${cid.text} that waits.`;
        throw problem('unknown_upload', detail, { field: 'cid' });
      }
      return { message: 'Upload removed.', cid: cid.text };
    },
  });
  return [list, remove, packagedRoute(context)];
}

/** An upload that is packaged before it is kept, or comes in pieces, by the id that its answer named. */
function packagedRoute(context: Context): Route {
  const { config, packaging, gate } = context;
  const spec = {
    tag: 'Contents',
    summary: 'How far an upload is that is packaged or comes in pieces, and what came of it',
    description:
      'It has one id from its first byte on. `result` is what `POST /upload-content` answers with. Each change is told by `/events`, too, once all of it is here. An upload that is packaged is here as long as it waits for its publication, and for some days afterwards.',
    params: uploadParams,
    problems: ['unknown_upload', 'upload_expired'],
  } as const;
  const unknown = (id: string) =>
    problem('unknown_upload', `There is no upload ${id.slice(0, 100)}, or it is over.`, { field: 'id' });
  if (config.unsigned) {
    return route('get', '/uploads/{id}', {
      ...spec,
      answer: queuedAnswer,
      handle: async ({ params: { id } }) => {
        const arriving = await arrivingAnswer(context, id, '');
        if (arriving !== null) return arriving;
        const upload = await packaging.find(id);
        if (upload === null) throw unknown(id);
        return await packagedAnswer(context, upload);
      },
    });
  }
  return route('get', '/uploads/{id}', {
    ...spec,
    session: true,
    answer: queuedStagedAnswer,
    handle: async ({ req, params: { id } }) => {
      const { wallet } = await gate.session(req);
      const arriving = await arrivingAnswer(context, id, wallet);
      if (arriving !== null) return arriving;
      const upload = await packaging.find(id);
      const isOwn = upload?.owner === wallet.toLowerCase();
      const answer = upload && isOwn ? await packagedStagedAnswer(context, upload) : null;
      if (answer === null) throw unknown(id);
      return answer;
    },
  });
}
