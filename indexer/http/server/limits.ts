/** What one client can take of a server, so that nobody keeps the others out by being slow or by being many. */
export interface ServerLimits {
  /** Connections at once; more may only ask whether the host is well, or are closed unanswered. */
  maxConnections: number;
  /** The same of one address (of IPv6: one /64). Behind a proxy all are the proxy's: no limit, its clients have theirs. */
  maxConnectionsPerClient: number;
  /** Of the request line and all headers. */
  maxHeaderBytes: number;
  maxHeaders: number;
  /** How long requests may wait for connections that come in. */
  gatherMs: number;
  /** So many requests are begun in one turn of the event loop. */
  begunPerTurn: number;
  /** For all headers to arrive. */
  headersMs: number;
  /** For a whole request to arrive. */
  requestMs: number;
  /** A connection on which nothing moves in either direction is closed. */
  silenceMs: number;
  /** What a body has to bring in each window, whenever we would take more. */
  slowestBody: { bytes: number; windowMs: number };
  /** The same, where only whether the host is well may be asked. */
  probeSilenceMs: number;
  /** How long a body may go on arriving once its request is answered: for clients that read only then. */
  lingerMs: number;
}

export const SERVER_LIMITS: ServerLimits = {
  maxConnections: 1_000,
  maxConnectionsPerClient: 200,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  gatherMs: 25,
  begunPerTurn: 16,
  headersMs: 30_000,
  // An upload of the largest file over a slow line takes hours.
  requestMs: 6 * 3_600_000,
  silenceMs: 120_000,
  // 1 KiB/s: less than any line on which a video is worth uploading.
  slowestBody: { bytes: 60 * 1024, windowMs: 60_000 },
  probeSilenceMs: 2_000,
  lingerMs: 30_000,
};
