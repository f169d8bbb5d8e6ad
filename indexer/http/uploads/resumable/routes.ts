import type { Request, Response } from 'express';
import type { Arrived } from '../../../uploads/resumable/asked.ts';
import type { Context } from '../../context.ts';
import { problem } from '../../problems/codes.ts';
import { plainRoute, type Route, route } from '../../routing/route.ts';
import { captionsText, languagesOf } from '../captions.ts';
import { pictureOf } from '../jpeg.ts';
import { readBeside } from '../multipart.ts';
import { captionsAnswer, captionsParams, posterAnswer, uploadParams } from '../schemas.ts';
import { ownUpload } from './arriving.ts';
import { beginUpload } from './begin.ts';
import { documentedTus, ONE } from './docs.ts';
import { openToPages, requireOffset, requireTus, requireUnpacked } from './tus-headers.ts';
import { createTus } from './tus-server.ts';

/** Resumable uploads, as tus 1.0 has them. What becomes of one, `GET /uploads/{id}` says. */
export function resumableRoutes(context: Context): Route[] {
  const { config, gate, resumable, limitUploads } = context;
  const tus = createTus(context);
  const doc = documentedTus(context);
  const own = async (req: Request) => {
    const wallet = config.unsigned ? '' : (await gate.session(req)).wallet;
    return await ownUpload(context, String(req.params.id), wallet);
  };
  const open = (req: Request, res: Response) => {
    openToPages(res);
    requireTus(req);
  };

  const begin = plainRoute(
    doc.begin,
    async (req, res) => {
      open(req, res);
      requireUnpacked(req);
      const id = await beginUpload(context, req);
      await tus({ req, res }, id).catch(async (error: unknown) => {
        await resumable.end(id).catch(() => undefined); // nobody knows its id
        throw error;
      });
    },
    limitUploads,
  );
  const head = plainRoute(doc.head, async (req, res) => {
    open(req, res);
    await own(req);
    await tus({ req, res });
  });
  const patch = plainRoute(doc.patch, async (req, res) => {
    open(req, res);
    const { state } = await own(req);
    requireOffset(req);
    requireUnpacked(req);
    if (state === 'complete') throw complete();
    await tus({ req, res });
  });
  const end = plainRoute(doc.end, async (req, res) => {
    open(req, res);
    if ((await own(req)).state === 'complete') throw complete();
    await tus({ req, res });
  });
  return [begin, head, patch, end, posterRoute(context, own), captionsRoute(context, own)];
}

type Own = (req: Request) => Promise<Arrived>;

function posterRoute({ config, resumable }: Context, own: Own) {
  return route('put', `${ONE}/poster`, {
    tag: 'Contents',
    summary: 'Takes the poster of a resumable upload, before its last byte',
    description:
      'A picture in JPEG of at most 2 MiB, of a protected video; as the part `poster` of an upload in one piece.',
    session: !config.unsigned,
    params: uploadParams,
    raw: { 'image/jpeg': 'the picture' },
    answer: posterAnswer,
    problems: ['unknown_upload', 'upload_expired', 'upload_complete', 'bad_poster', 'poster_too_large'],
    handle: async ({ req, params: { id } }) => {
      const { asked } = await own(req);
      const field = 'poster';
      if (asked.keptIn) throw problem('bad_poster', 'A poster goes with "protect": true.', { field });
      const picture = pictureOf(await readBeside(req, 'poster'));
      if (picture === null) throw problem('bad_poster', 'The poster is no picture in JPEG.', { field });
      if (!(await resumable.setPoster(id, picture))) throw complete();
      return { message: 'Poster taken.' };
    },
  });
}

function captionsRoute({ config, resumable }: Context, own: Own) {
  return route('put', `${ONE}/captions/{language}`, {
    tag: 'Contents',
    summary: 'Takes captions of a resumable upload, before its first byte',
    description:
      'A text in WebVTT of at most 1 MiB, in a language that `captions` in `json_data` names. Until its last byte another text takes its place.',
    session: !config.unsigned,
    params: captionsParams,
    raw: { 'text/vtt': 'WEBVTT\n\n00:01.000 --> 00:02.500\nHello\n' },
    answer: captionsAnswer,
    problems: [
      ...(['unknown_upload', 'upload_expired', 'upload_complete', 'upload_busy'] as const),
      ...(['bad_captions', 'captions_too_large', 'quota_exceeded', 'upload_quota_spent'] as const),
    ],
    handle: async ({ req, params: { id, language } }) => {
      const languages = languagesOf((await own(req)).asked);
      if (!languages.includes(language)) {
        const detail = `json_data of the upload names no captions in ${language}.`;
        throw problem('bad_captions', detail, { field: 'captions', example: languages[0] });
      }
      const text = captionsText(await readBeside(req, 'captions'), `The captions ${language}`);
      if (!(await resumable.setCaptions(id, language, text))) throw complete();
      return { message: 'Captions taken.' };
    },
  });
}

function complete() {
  return problem('upload_complete', 'All of the file is here: GET says what becomes of it.', { field: 'id' });
}
