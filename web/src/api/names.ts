import { useEffect, useState } from 'react';
import { host } from './host.ts';

/** What a listing is called does not change: each CID is asked about once. */
const NAME_MS = 20_000;
const asked = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** The name of a listing, where only its CID and id are known; `undefined` until the host has said it. */
export function useVideoName(cid: string, contentId: string): string | undefined {
  const [name, setName] = useState<string>();
  useEffect(() => {
    let left = false;
    namesOf(cid).then(
      (names) => !left && setName(names.get(contentId)),
      () => asked.delete(cid),
    );
    return () => {
      left = true;
    };
  }, [cid, contentId]);
  return name;
}

function namesOf(cid: string): Promise<ReadonlyMap<string, string>> {
  const known = asked.get(cid);
  if (known) return known;
  const names = host
    .listings(cid)
    .load(AbortSignal.timeout(NAME_MS))
    .then(({ contents }) => new Map(contents.map(({ content_id, video_name }) => [content_id, video_name])));
  asked.set(cid, names);
  return names;
}
