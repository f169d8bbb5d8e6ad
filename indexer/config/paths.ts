import { join } from 'node:path';

/** Where the host and its scripts keep what they share, below `DATA_DIR` or in the project. */
export type Paths = ReturnType<typeof pathsOf>;

/** Both folders as configured; relative ones to the working directory, which is the project's root. */
export function pathsOf({ dataDir, deploymentsDir }: { dataDir: string; deploymentsDir: string }) {
  const ownDeployments = join(dataDir, 'deployments');
  return {
    /** The SQLite file of what mirrors the chain. */
    records: join(dataDir, 'records.sqlite'),
    /** The SQLite file of what no chain gives back. */
    book: join(dataDir, 'book.sqlite'),
    /** Files of protected uploads, until they are packaged. */
    packaging: join(dataDir, 'packaging'),
    /** Files that come in pieces, until all of them is there. */
    uploads: join(dataDir, 'uploads'),
    /** What processes that share the folder have one at a time. */
    locks: join(dataDir, 'locks'),
    /** The key under which secrets of protected videos lie in the records, where the configuration has none. */
    keysSecret: join(dataDir, 'keys-secret'),
    /** Folders of deployment records: `DEPLOYMENTS_DIR`, and that of the embedded chain, which lives in DATA_DIR. */
    deployments: [deploymentsDir, ownDeployments],
    /** Where the host records what it deployed on its embedded chain, as network `localhost`. */
    ownDeployments,
  };
}
