import { type Captions, CaptionsRefused, type CaptionsTrack, webVttIn } from '../../uploads/captions.ts';
import { problem } from '../problems/codes.ts';

/** As it came in a form. */
export interface CaptionsFile {
  name: string | undefined;
  bytes: Uint8Array;
}

const field = 'captions';

/** The text of captions. @param name as its sender knows it. @throws {HttpProblem} 400 `bad_captions` */
export function captionsText(bytes: Uint8Array, name: string): string {
  try {
    return webVttIn(bytes);
  } catch (error) {
    if (!(error instanceof CaptionsRefused)) throw error;
    const detail = `${name.slice(0, 100)}, line ${error.line}: ${error.message}`;
    throw problem('bad_captions', detail, { field, cause: error });
  }
}

/** Files in the order in which `json_data` names them. @throws {HttpProblem} 400 `bad_captions` */
export function captionsOf(files: readonly CaptionsFile[], tracks: readonly CaptionsTrack[]): Captions[] {
  if (files.length !== tracks.length) {
    const detail = `json_data names ${tracks.length} captions, and the form has ${files.length} parts captions.`;
    throw problem('bad_captions', detail, { field });
  }
  return tracks.map((track, index) => {
    const { name, bytes = new Uint8Array() } = files[index] ?? {};
    return { ...track, text: captionsText(bytes, name ?? `captions ${track.language}`) };
  });
}

export function languagesOf({ captions }: { captions: readonly CaptionsTrack[] }): string[] {
  return captions.map(({ language }) => language);
}
