import { type Content, isSameListing, type Stream } from '../../../api/answers.ts';
import type { Read } from '../../../api/resource.ts';
import { useResource } from '../../../api/resource.ts';
import { packagedFormAt } from '../../../player/probe.ts';
import { sourcesOf } from '../../../player/sources.ts';

/** How a video is kept: as one file, or as a directory of segments. */
export type Form = 'file' | 'packaged';

/** Directories have such CIDs, and so have files of more than one block. */
const MAY_BE_DIRECTORY = /^(bafybei|Qm)/;
const ASKED = 8;

/** Of a packaged one also whether its keys are sold. */
type MediaForm = NonNullable<NonNullable<Content['media']>['form']>;

/** As this host knows it, where it has the video; else its providers are asked. `undefined` until one has answered. */
export function useForm(content: Content, streams: readonly Stream[]): Form | undefined {
  const form = useMediaForm(content, streams);
  if (form === undefined) return undefined;
  return form === null || form === 'file' ? 'file' : 'packaged';
}

/** @returns `null` where nobody shows a packaged one: it may be a file, or those who have it are away */
export function useMediaForm(
  content: Content,
  streams: readonly Stream[] | undefined,
): MediaForm | null | undefined {
  const { cid, media } = content;
  const known = media?.form ?? (MAY_BE_DIRECTORY.test(cid) ? undefined : 'file');
  const urls = (streams ?? [])
    .filter((each) => isSameListing(each, content))
    .flatMap(({ stream_url }) => sourcesOf(stream_url, null, new URL(location.href)))
    .slice(0, ASKED)
    .map(({ url }) => url);
  const { data } = useResource(known || !streams ? null : formAt(urls), { keep: true });
  return known ?? data;
}

function formAt(urls: readonly string[]): Read<MediaForm | null> {
  return {
    key: urls.join(' '),
    load: async (signal) => {
      const found = await Promise.all(urls.map((url) => packagedFormAt(url, signal)));
      return found.find((form) => form !== undefined) ?? null;
    },
    on: { kinds: [] },
  };
}
