import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { isoTime } from '../serialize/serializer.ts';
import { ownParams, ownUploadParams, removedAnswer, uploadsAnswer } from './schemas.ts';

/** What a wallet has uploaded and not published yet: for its own eyes. */
export function stagedRoutes({ staging, gate }: Context): Route[] {
  const list = route('get', '/wallets/{wallet}/uploads', {
    tag: 'Wallets',
    summary: 'Uploads that wait for their publication, oldest first',
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
      return { uploads };
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
  return [list, remove];
}
