import type { Answer } from './ask.ts';
import type { Asked } from './requests.ts';

/** Where this host's gateway answers otherwise than Kubo's, and why it may. */
export interface Difference {
  name: string;
  /** What allows it. */
  clause: string;
  /** What of the answer differs: the status, the body, or a header. */
  parts: readonly string[];
  applies(asked: Asked, theirs: Answer, ours: Answer): boolean;
}

const ERROR_PARTS = ['body', 'content-type', 'cache-control', 'content-disposition', 'content-location'];
const isListing = ({ headers }: Answer) => headers.etag?.startsWith('"DirIndex') === true;
const wantsBlocks = ({ path, headers }: Asked) =>
  /[?&]format=(raw|car)/.test(path) || /vnd\.ipld\.(raw|car)/.test(headers.accept ?? '');
const isArchive = ({ headers }: Answer) =>
  headers['content-type']?.startsWith('application/vnd.ipld.car') === true;

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'errors are problem details, which no cache keeps',
    clause:
      'RFC 9457; path gateway, Response Status Codes: no payload is asked of an error but a hint that "MAY" be there',
    parts: ERROR_PARTS,
    applies: (_, theirs, ours) => theirs.status >= 400 && ours.status === theirs.status,
  },
  {
    name: 'content types are told by the name, or by the start of media; what could run as a page is bytes',
    clause:
      'path gateway, Content-Type: "SHOULD perform content type sniffing based on file name and magic bytes"',
    parts: ['content-type'],
    applies: (asked, theirs) => theirs.status < 400 && !wantsBlocks(asked) && !isListing(theirs),
  },
  {
    name: 'a directory is listed in another page',
    clause:
      'path gateway, Etag: that of a listing is "based on the version of gateway implementation", which makes the page',
    parts: ['body', 'etag', 'content-type', 'cache-control', 'accept-ranges'],
    applies: (_, theirs) => theirs.status === 200 && isListing(theirs),
  },
  {
    name: 'X-Ipfs-Path is percent-encoded where a header could not hold the path',
    clause:
      'RFC 9110, 5.5: fields are ASCII; path gateway, X-Ipfs-Path: the "original, requested content path"',
    parts: ['x-ipfs-path'],
    applies: ({ path }) => path.includes('%'),
  },
  {
    name: 'a CID in version 0 is told in version 1',
    clause: 'path gateway, Etag: "an opaque identifier"; X-Ipfs-Roots: CIDs, in no given version',
    parts: ['etag', 'x-ipfs-roots', 'content-disposition'],
    applies: ({ path }) => path.includes('/Qm'),
  },
  {
    name: 'HEAD has the headers of GET, of a directory and of what is cached too',
    clause: 'RFC 9110, 9.3.2; path gateway, HEAD: "same as GET, but does not return any payload"',
    parts: [
      ...['cache-control', 'content-type', 'etag', 'accept-ranges', 'content-disposition', 'content-length'],
      ...['x-ipfs-path', 'x-ipfs-roots'],
    ],
    applies: ({ method }, theirs, ours) =>
      method === 'HEAD' && theirs.headers.etag === undefined && ours.status === 200,
  },
  {
    name: 'what is not here is 404, also below what is not here and as an archive',
    clause:
      'path gateway, 404: "Gateways MUST use 404 to signal that content is not available", "404 instead of 502"',
    parts: [...ERROR_PARTS, 'status', 'etag', 'accept-ranges', 'x-ipfs-roots'],
    applies: ({ group, path }, theirs, ours) =>
      ours.status === 404 &&
      theirs.status !== 404 &&
      (group === 'missing blocks' || path.includes('/nothing')),
  },
  {
    name: 'entity-bytes alone means dag-scope=entity',
    clause: 'trustless gateway, entity-bytes: "it implies dag-scope=entity"',
    parts: ['body'],
    applies: ({ path }) => path.includes('?format=car&entity-bytes='),
  },
  {
    name: "an archive's ETag has a mark of this host's own",
    clause: 'trustless gateway, Etag: "Etag generation for CAR responses is implementation-specific"',
    parts: ['etag'],
    applies: (_, theirs, ours) =>
      isArchive(theirs) &&
      [theirs, ours].every(({ headers }) =>
        /^W\/"[a-zA-Z0-9]+\.car\.[\w-]{10,13}"$/.test(headers.etag ?? ''),
      ),
  },
  {
    name: 'what this host has no format for is 406',
    clause:
      'path gateway, 406; trustless gateway: "MAY choose to implement only some parameters and return 400 or 406"',
    parts: [...ERROR_PARTS, 'status', 'etag', 'accept-ranges', 'x-ipfs-roots'],
    applies: (_, __, ours) => ours.status === 406,
  },
];
