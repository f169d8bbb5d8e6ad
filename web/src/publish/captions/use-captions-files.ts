import { useState } from 'react';
import { type CaptionsFile, readCaptions, type SentCaptions, sentOf } from './captions-files.ts';

/** The captions that a creator puts beside a video. */
export interface CaptionsFiles {
  files: readonly CaptionsFile[];
  /** What is uploaded; `undefined` while something is wrong. */
  sent: readonly SentCaptions[] | undefined;
  add: (chosen: readonly File[]) => Promise<void>;
  put: (changed: CaptionsFile) => void;
  remove: (file: CaptionsFile) => void;
  clear: () => void;
}

/** @param areTaken a clear file takes none */
export function useCaptionsFiles(areTaken: boolean): CaptionsFiles {
  const [files, change] = useState<readonly CaptionsFile[]>([]);
  return {
    files,
    sent: areTaken ? sentOf(files) : [],
    async add(chosen) {
      const read = await Promise.all(chosen.map(readCaptions));
      change((last) => [...last, ...read]);
    },
    put: (changed) => change((last) => last.map((each) => (each.id === changed.id ? changed : each))),
    remove: ({ id }) => change((last) => last.filter((each) => each.id !== id)),
    clear: () => change([]),
  };
}
