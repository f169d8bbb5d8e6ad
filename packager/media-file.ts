/** Bytes at hand in any order: a file of the host's disk, or one that a person chose in the page. */
export interface MediaFile {
  readonly sizeBytes: number;
  /** The bytes from `start` to before `end`; never asked for any outside of the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export function blobFile(blob: Blob): MediaFile {
  return {
    sizeBytes: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
