import { BaseError } from '../indexer/lib/errors.ts';

/** Another process (or another chain in this one) holds the directory. */
export class DevnetLocked extends BaseError {
  readonly directory: string;

  constructor(directory: string, options?: ErrorOptions) {
    super(
      `Another process already runs the development chain in ${directory}: stop it, or set DATA_DIR.`,
      options,
    );
    this.directory = directory;
  }
}

/** Something else listens on the chain's port. */
export class PortTaken extends BaseError {
  readonly port: number;
  readonly variable = 'DEVNET_PORT';

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(
      `Port ${port} on ${host} is taken: set DEVNET_PORT to a free one for the development chain.`,
      options,
    );
    this.port = port;
  }
}

/** An entry before the last one is damaged: answered calls are lost, so the chain does not start. */
export class JournalCorrupted extends BaseError {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, reason: string) {
    super(
      `The development chain's journal is damaged at line ${line} of ${file} (${reason}). ` +
        'Restore that file, or delete its directory to begin a new chain.',
    );
    this.file = file;
    this.line = line;
  }
}

/** Replaying gave another block than the one recorded. */
export class JournalMismatch extends BaseError {
  constructor(recorded: string, replayed: string) {
    super(
      `The development chain's journal recorded block ${recorded} but replaying it gives ${replayed}: ` +
        'it was written by another version of Hardhat. Go back to that version, or delete the devnet directory.',
    );
  }
}

/** Writing to the journal failed: the chain takes no more writes until it is started again. */
export class JournalBroken extends BaseError {
  constructor(file: string, options?: ErrorOptions) {
    super(
      `The development chain cannot write ${file}, so it takes no more transactions: ` +
        'free some disk space and start it again.',
      options,
    );
  }
}
