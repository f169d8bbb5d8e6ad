import type { Earnings } from '../../../api/answers.ts';
import { host, type Role } from '../../../api/host.ts';
import { useResource } from '../../../api/resource.ts';
import { likelyRole } from './likely-role.ts';

/** The host is asked for more only where nothing is earned yet. */
export function useLikelyRole(address: string, days: Earnings['by_day']): Role | undefined {
  const earned = likelyRole({ days, published: undefined, serves: undefined });
  const contents = useResource(earned ? null : host.contents({ creator: address, limit: 1 }));
  const streams = useResource(earned ? null : host.streamsBy(address));
  return likelyRole({
    days,
    published: contents.problem ? false : contents.data && contents.data.contents.length > 0,
    serves: streams.problem ? false : streams.data && streams.data.streams.length > 0,
  });
}
