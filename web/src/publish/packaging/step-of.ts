import type { Packaging } from '../../api/answers.ts';

/** Where on its way a file is. */
export type Step = 'upload' | 'check' | 'package' | 'store' | 'done';

/** From here on only the last files are on their way to where they are kept. */
const NEARLY_ALL = 0.99;

/** @param packaging `undefined` while the file is on its way */
export function stepOf(packaging: Pick<Packaging, 'state' | 'progress'> | undefined, isClear: boolean): Step {
  if (packaging === undefined || packaging.state === 'receiving') return 'upload';
  const { state, progress } = packaging;
  if (state === 'packaged') return 'done';
  if (isClear) return 'store';
  if (state === 'queued' || progress === 0) return 'check';
  return progress < NEARLY_ALL ? 'package' : 'store';
}
