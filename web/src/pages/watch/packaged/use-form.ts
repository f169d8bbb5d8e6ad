import { type Content, isSameListing, type Stream } from '../../../api/answers.ts';
import type { Read } from '../../../api/resource.ts';
import { useResource } from '../../../api/resource.ts';
import { isPackagedAt } from '../../../player/probe.ts';
import { sourcesOf } from '../../../player/sources.ts';

/** How a video is kept: as one file, or as a directory of segments. */
export type Form = 'file' | 'packaged';

/** Directories have such CIDs, and so have files of more than one block. */
const MAY_BE_DIRECTORY = /^(bafybei|Qm)/;
const ASKED = 8;

/** As this host knows it, where it has the video; else its providers are asked. `undefined` until one has answered. */
export function useForm(content: Content, streams: readonly Stream[]): Form | undefined {
  const { cid, media } = content;
  const known = media?.form ?? (MAY_BE_DIRECTORY.test(cid) ? undefined : 'file');
  const urls = streams
    .filter((each) => isSameListing(each, content))
    .flatMap(({ stream_url }) => sourcesOf(stream_url, null, new URL(location.href)))
    .slice(0, ASKED)
    .map(({ url }) => url);
  const { data } = useResource(known ? null : formAt(urls), { keep: true });
  if (known) return known === 'file' ? known : 'packaged';
  return data;
}

function formAt(urls: readonly string[]): Read<Form> {
  return {
    key: urls.join(' '),
    load: async (signal) => {
      const found = await Promise.all(urls.map((url) => isPackagedAt(url, signal)));
      return found.includes(true) ? 'packaged' : 'file';
    },
    on: { kinds: [] },
  };
}
