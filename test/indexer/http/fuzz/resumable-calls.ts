import fc from 'fast-check';
import { jpeg } from '../../../packager/pictures.ts';
import type { Api } from '../api.ts';
import { PROTECTED } from '../protecting.ts';
import { UPLOAD } from '../samples.ts';
import { metadata, tusOn } from '../tus.ts';
import type { Recipe, Request } from './recipe.ts';

const TUS = { 'tus-resumable': '1.0.0' };

/** Recipes for uploads that come in pieces. */
export function resumableRecipes(api: Api): Record<string, Recipe> {
  const tus = tusOn(api);
  const begun = async (size: number, meta?: unknown) => {
    return { id: (await tus.begun(size, meta)).replace('/uploads/', '') };
  };
  const text = fc.string({ minLength: 1, maxLength: 99 }).map((raw): Request => ({ raw, headers: TUS }));
  const lengthOf = ({ raw = '' }: Request) => Buffer.from(raw).length;
  const ofOne: Recipe = {
    valid: fc.constant({ headers: TUS }),
    prepare: async (call) => ({ ...call, params: await begun(9) }),
  };
  return {
    'POST /uploads': {
      valid: fc.integer({ min: 1, max: 10 ** 6 }).map((size) => ({
        headers: {
          ...TUS,
          'upload-length': String(size),
          'upload-metadata': metadata({ json_data: UPLOAD }),
        },
      })),
    },
    'HEAD /uploads/{id}': ofOne,
    'DELETE /uploads/{id}': ofOne,
    'PATCH /uploads/{id}': {
      valid: text,
      prepare: async (call) => ({
        ...call,
        headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
        params: await begun(lengthOf(call)),
      }),
    },
    'PUT /uploads/{id}/poster': {
      valid: fc.constant({ raw: jpeg() }),
      prepare: async (call) => ({ ...call, params: await begun(9, PROTECTED) }),
    },
    'PUT /uploads/{id}/captions/{language}': {
      valid: fc.string({ maxLength: 99 }).map((words) => ({
        raw: `WEBVTT\n\n00:01.000 --> 00:02.000\n${words.replaceAll(/[\0\r\n>]/g, '') || 'a'}\n`,
      })),
      prepare: async (call) => {
        const captions = [{ language: 'de', label: 'Deutsch' }];
        return { ...call, params: { ...(await begun(9, { ...PROTECTED, captions })), language: 'de' } };
      },
    },
  };
}
