import { useEffect, useState } from 'react';
import { host } from './host.ts';

/** Names of listings do not change, so each CID is looked up once. */
const TIMEOUT_MS = 20_000;
const lookups = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** The name of a listing, found by CID and id; `undefined` until the host has answered. */
export function useVideoName(cid: string, contentId: string): string | undefined {
  const [name, setName] = useState<string>();
  useEffect(() => {
    let unmounted = false;
    namesOf(cid).then(
      (names) => !unmounted && setName(names.get(contentId)),
      () => lookups.delete(cid),
    );
    return () => {
      unmounted = true;
    };
  }, [cid, contentId]);
  return name;
}

function namesOf(cid: string): Promise<ReadonlyMap<string, string>> {
  const running = lookups.get(cid);
  if (running) return running;
  const names = host
    .listings(cid)
    .load(AbortSignal.timeout(TIMEOUT_MS))
    .then(({ contents }) => new Map(contents.map(({ content_id, video_name }) => [content_id, video_name])));
  lookups.set(cid, names);
  return names;
}
