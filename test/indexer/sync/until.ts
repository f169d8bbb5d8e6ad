import type { Indexer } from '../../../indexer/sync/indexer.ts';
import { until } from '../../until.ts';
import type { World } from './world.ts';

export { until } from '../../until.ts';

/** Resolves when a look at the chain has failed. */
export function failed(indexer: Indexer): Promise<void> {
  return until('a failure', () => indexer.status().lastError !== null);
}

/** Resolves when the indexer has looked at the head `times` more times. */
export function looked(world: World, times: number): Promise<void> {
  const looks = () => world.rpc.calls.filter(({ params }) => params[0] === 'latest').length;
  const before = looks();
  return until(`${times} looks`, () => looks() >= before + times);
}
