import { errorWith } from '../indexer/lib/errors.ts';

/** Another process (or another chain in this one) holds the directory. */
export class DevnetLocked extends errorWith<{ directory: string }>(
  ({ directory }) =>
    `Another process already runs the development chain in ${directory}: stop it, or set DATA_DIR.`,
) {}

/** Something else listens on the chain's port. */
export class PortTaken extends errorWith<{ host: string; port: number }>(
  ({ host, port }) =>
    `Port ${port} on ${host} is taken: set DEVNET_PORT to a free one for the development chain.`,
) {
  readonly variable = 'DEVNET_PORT';
}

/** An entry before the last one is damaged: answered calls are lost, so the chain does not start. */
export class JournalCorrupted extends errorWith<{ file: string; line: number; reason: string }>(
  ({ file, line, reason }) =>
    `The development chain's journal is damaged at line ${line} of ${file} (${reason}). ` +
    'Restore that file, or delete its directory to begin a new chain.',
) {}

/** Replaying gave another block than the one recorded. */
export class JournalMismatch extends errorWith<{ recorded: string; replayed: string }>(
  ({ recorded, replayed }) =>
    `The development chain's journal recorded block ${recorded} but replaying it gives ${replayed}: ` +
    'it was written by another version of Hardhat. Go back to that version, or delete the devnet directory.',
) {}

/** Writing to the journal failed: the chain takes no more writes until it is started again. */
export class JournalBroken extends errorWith<{ file: string }>(
  ({ file }) =>
    `The development chain cannot write ${file}, so it takes no more transactions: ` +
    'free some disk space and start it again.',
) {}
