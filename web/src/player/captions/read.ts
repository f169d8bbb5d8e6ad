import { checkFile, readContent } from '../../../../client/content/content.ts';
import type { CaptionsTrack } from './chosen.ts';

/** The captions of a video, as its CID commits to them. */
export interface ReadCaptions {
  tracks: readonly CaptionsTrack[];
  /** Rejects where who serves it sends another text, or none. */
  textOf(track: CaptionsTrack): Promise<string>;
}

/** What stands beside a master playlist of the content; believed only as far as the CID names it. */
export async function readCaptions(
  cid: string,
  playlist: string,
  signal: AbortSignal,
): Promise<ReadCaptions> {
  const base = playlist.replace(/\/master\.m3u8$/, '');
  const read = async (path: string) => {
    const answer = await fetch(base + path, {
      signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (!answer.ok) throw new Error(`${path} is answered with ${answer.status}.`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const content = await readContent(cid, read);
  return {
    tracks: content.captions,
    async textOf({ path }) {
      const bytes = await read(`/${path}`);
      await checkFile(content, path, bytes);
      return new TextDecoder().decode(bytes);
    },
  };
}
