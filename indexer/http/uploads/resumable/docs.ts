import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { TUS_RESUMABLE } from '@tus/server';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import type { Code } from '../../problems/codes.ts';
import type { Route } from '../../routing/route.ts';
import { fieldProblems, problemResponses, SESSION_PROBLEMS } from '../../routing/route-doc.ts';
import { SERVING_PROBLEMS } from '../../schemas/fields/signing.ts';
import { OFFER_PROBLEMS } from '../../schemas/offer.ts';
import { uploadMeta, uploadParams } from '../schemas.ts';
import { EXAMPLE_METADATA, OFFSET_TYPE, TUS_PATH } from './tus-headers.ts';

export const ONE = `${TUS_PATH}/{id}`;

type Doc = RouteConfig & Pick<Route, 'method'>;

/** What is told of a call, but for what all of them have. */
interface Told extends Omit<Doc, 'tags' | 'security'> {
  problems: readonly Code[];
}

const header = (description: string) => ({ description, schema: { type: 'string' as const } });
const sent = (description: string, example: string) => z.string().meta({ description, example });
const tusHeaders = z.object({ 'Tus-Resumable': z.literal(TUS_RESUMABLE).meta({ example: TUS_RESUMABLE }) });
const SPOKEN = { 'Tus-Resumable': header(TUS_RESUMABLE) };
const OFFSET = { ...SPOKEN, 'Upload-Offset': header('Bytes that are on the disk') };
const UNFINISHED = { ...OFFSET, 'Upload-Expires': header('When an upload that is not finished is over') };
const LENGTH = header('Bytes of the file');
const OF_ONE = ['tus_version', 'unknown_upload', 'upload_expired', 'upload_busy'] as const;
const QUOTA = ['quota_exceeded', 'upload_quota_spent'] as const;

const BEGIN: Told = {
  method: 'post',
  path: TUS_PATH,
  summary: 'Begins a resumable upload',
  description: `As tus ${TUS_RESUMABLE} has it, with the extensions creation, creation-with-upload, termination and expiration. \`Upload-Metadata\` has \`json_data\` as \`POST /upload-content\` takes it, in base64, and may have \`filename\` and \`filetype\`; the same terms, quota and checks. The answer's Location is the upload; once its last byte is here, GET says there what came of it: \`result\` is what \`POST /upload-content\` answers with.`,
  request: {
    headers: tusHeaders.extend({
      'Upload-Length': sent('Bytes of the file', '318402'),
      'Upload-Metadata': sent('Pairs of a key and its value in base64', EXAMPLE_METADATA),
    }),
  },
  responses: {
    201: { description: 'Begun', headers: { ...UNFINISHED, Location: header('Of the upload') } },
  },
  problems: [
    ...(['tus_version', 'bad_upload_header', 'bad_upload_metadata', 'missing_part'] as const),
    ...(['malformed_json', 'inexact_number', 'missing_field', 'unknown_field'] as const),
    ...(['empty_file', 'file_too_large', 'upload_aborted', 'upload_busy', ...QUOTA] as const),
    'captions_missing',
    'unsupported_media_type',
    ...[...fieldProblems(uploadMeta), ...OFFER_PROBLEMS, ...SERVING_PROBLEMS],
  ],
};

const HEAD: Told = {
  method: 'head',
  path: ONE,
  summary: 'How much of a resumable upload is here',
  request: { params: uploadParams, headers: tusHeaders },
  responses: { 200: { description: 'Where it goes on', headers: { ...OFFSET, 'Upload-Length': LENGTH } } },
  problems: OF_ONE,
};

const PATCH: Told = {
  method: 'patch',
  path: ONE,
  summary: 'Goes on with a resumable upload',
  description: 'Of two at a time one goes on. What has come is kept, also where the line breaks.',
  request: {
    params: uploadParams,
    headers: tusHeaders.extend({ 'Upload-Offset': sent('Where it goes on', '0') }),
    body: { content: { [OFFSET_TYPE]: { schema: { type: 'string', format: 'binary' }, example: 'bytes' } } },
  },
  responses: { 204: { description: 'Taken', headers: UNFINISHED } },
  problems: [
    ...OF_ONE,
    ...(['bad_upload_header', 'upload_offset', 'upload_complete', 'upload_aborted'] as const),
    'captions_missing',
    ...(['file_too_large', 'unsupported_media_type', ...QUOTA] as const),
  ],
};

const END: Told = {
  method: 'delete',
  path: ONE,
  summary: 'Ends a resumable upload that is not finished',
  description: 'Its bytes go, and its room is given back.',
  request: { params: uploadParams, headers: tusHeaders },
  responses: { 204: { description: 'Ended', headers: SPOKEN } },
  problems: [...OF_ONE, 'upload_complete'],
};

/** The calls of the protocol, documented beside the rest. */
export function documentedTus({ config }: Pick<Context, 'config'>) {
  const whole = ({ problems, responses, ...told }: Told): Doc => ({
    ...told,
    tags: ['Contents'],
    ...(!config.unsigned && { security: [{ session: [] }] }),
    responses: {
      ...responses,
      ...problemResponses([...problems, ...(config.unsigned ? [] : SESSION_PROBLEMS)]),
    },
  });
  return { begin: whole(BEGIN), head: whole(HEAD), patch: whole(PATCH), end: whole(END) };
}
