import fc from 'fast-check';
import type { Api } from '../api.ts';
import { newVideo, PROTECTED, protecting, shownIn } from '../protecting.ts';
import type { Recipe } from './recipe.ts';

/** How uploads are asked for that are packaged, have failed, or wait. */
export async function protectedRecipes(
  api: Api,
  headers: Record<string, string> = {},
): Promise<Record<string, Recipe>> {
  const on = protecting(api);
  const files = [await newVideo(6), 'no video', 'neither'];
  const ids: string[] = [];
  for (const file of files) ids.push(shownIn(await on.upload(file, PROTECTED, headers)).id);
  return {
    'GET /uploads/{id}': {
      valid: fc.constantFrom(...ids).map((id) => ({ params: { id }, headers })),
    },
  };
}

/** json_data comes first: that is how such an upload is taken. */
export const protection = fc.constantFrom({}, {}, { protect: true }, { protect: true, preview_sec: 6 });
