import { createStoredValue, useStore } from '../../lib/store.ts';

/** An upload that is on its way: who comes back to it chooses the same file again. */
export interface ArrivingUpload {
  fileName: string;
  bytes: number;
  totalBytes: number;
  /** How many captions go with it. */
  captions?: number;
  wallet: string;
}

const stored = createStoredValue<ArrivingUpload | null>('arriving', null);
/** Written no oftener than it can be seen. */
const STEP = 0.01;

/** Remembers how far it is, over reloads; `null`: it is here, or ended. */
export function noteArriving(upload: ArrivingUpload | null): void {
  const last = stored.get();
  const isNew = !upload || !last || last.fileName !== upload.fileName || last.wallet !== upload.wallet;
  const grown = isNew ? 0 : Math.abs(upload.bytes - last.bytes);
  if (isNew || grown > STEP * upload.totalBytes) stored.set(upload);
}

/** The upload of this wallet that was broken off, as far as this browser knows. */
export function useArriving(wallet: string | undefined): ArrivingUpload | undefined {
  const arriving = useStore(stored);
  return arriving && arriving.wallet === wallet ? arriving : undefined;
}
