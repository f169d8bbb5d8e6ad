/** Memory that jobs name by its number from now on: to hand it over with each costs more. */
export interface Memory {
  kind: 'memory';
  number: number;
  bytes: Uint8Array;
}

/** Memory that is gone. */
export interface Forget {
  kind: 'forget';
  number: number;
}

/** Parts of a file, one behind the other, that are to be read and compared with their hashes. */
export interface Job {
  kind: 'job';
  fd: number;
  position: number;
  /** The memory that they fill: each piece whole, but for the last. */
  numbers: number[];
  /** But for the last part, which may have fewer. */
  piecesPerPart: number;
  lastBytes: number;
  /** sha2-256 of each, as `latin1`: text is cloned faster than bytes are. */
  hashes: string;
}

export type ToThread = Memory | Forget | Job;

/** Whether all was there and has those hashes, of each job in the order in which they came. */
export type FromThread = boolean;
