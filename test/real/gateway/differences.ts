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
const isListed = ({ path }: Asked) => /\/(\?|$)/.test(path);
const wantsBlocks = ({ path, headers }: Asked) =>
  /[?&]format=(raw|car)/.test(path) || /vnd\.ipld\.(raw|car)/.test(headers.accept ?? '');
const isArchive = ({ headers }: Answer) =>
  headers['content-type']?.startsWith('application/vnd.ipld.car') === true;

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'errors are problem details, which no cache keeps',
    clause: 'RFC 9457; path gateway, Response Payload: what an error says is free',
    parts: ERROR_PARTS,
    applies: (_, theirs, ours) => theirs.status >= 400 && ours.status === theirs.status,
  },
  {
    name: 'content types are told by the name, or by the start of media; what could run as a page is bytes',
    clause: 'path gateway, Content-Type: an implementation may choose how it tells them',
    parts: ['content-type'],
    applies: (asked, theirs) => theirs.status < 400 && !wantsBlocks(asked) && !isListed(asked),
  },
  {
    name: 'a directory is listed in another page, an index.html in it is a file',
    clause: 'path gateway, Response Payload: the listing is up to the gateway, and index.html a "should"',
    parts: ['body', 'etag', 'content-type', 'cache-control', 'accept-ranges'],
    applies: (asked, theirs) => theirs.status === 200 && isListed(asked),
  },
  {
    name: 'X-Ipfs-Path is percent-encoded where a header could not hold the path',
    clause: 'RFC 9110, 5.5: fields are ASCII; path gateway, X-Ipfs-Path: the path as it was asked for',
    parts: ['x-ipfs-path'],
    applies: ({ path }) => path.includes('%'),
  },
  {
    name: 'a CID in version 0 is told in version 1',
    clause: 'path gateway, Etag: any that changes with the content; X-Ipfs-Roots: CIDs, in no given version',
    parts: ['etag', 'x-ipfs-roots', 'content-disposition'],
    applies: ({ path }) => path.includes('/Qm'),
  },
  {
    name: 'HEAD has the headers of GET, of a directory and of what is cached too',
    clause: 'RFC 9110, 9.3.2; path gateway, HEAD: the same as GET without the payload',
    parts: [
      ...['cache-control', 'content-type', 'etag', 'accept-ranges', 'content-disposition', 'content-length'],
      ...['x-ipfs-path', 'x-ipfs-roots'],
    ],
    applies: ({ method }, theirs, ours) =>
      method === 'HEAD' && theirs.headers.etag === undefined && ours.status === 200,
  },
  {
    name: 'what is not here is 404, also below what is not here and as an archive',
    clause: 'path gateway, 404: the content path is not here; trustless gateway, 404: so is its root',
    parts: [...ERROR_PARTS, 'status', 'etag', 'accept-ranges', 'x-ipfs-roots'],
    applies: ({ group, path }, theirs, ours) =>
      ours.status === 404 &&
      theirs.status !== 404 &&
      (group === 'missing blocks' || path.includes('/nothing')),
  },
  {
    name: 'entity-bytes alone means dag-scope=entity',
    clause: 'trustless gateway, entity-bytes: it implies dag-scope=entity',
    parts: ['body'],
    applies: ({ path }) => path.includes('?format=car&entity-bytes='),
  },
  {
    name: "an archive's ETag has a mark of this host's own",
    clause: 'trustless gateway, Etag of a CAR: weak, its value opaque',
    parts: ['etag'],
    applies: (_, theirs, ours) =>
      isArchive(theirs) &&
      [theirs, ours].every(({ headers }) =>
        /^W\/"[a-zA-Z0-9]+\.car\.[\w-]{10,13}"$/.test(headers.etag ?? ''),
      ),
  },
  {
    name: 'what this host has no format for is 406',
    clause: 'path gateway, 406: the format is not supported',
    parts: [...ERROR_PARTS, 'status', 'etag', 'accept-ranges', 'x-ipfs-roots'],
    applies: (_, __, ours) => ours.status === 406,
  },
];
