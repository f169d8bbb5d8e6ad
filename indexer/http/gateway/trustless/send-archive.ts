import { createHash } from 'node:crypto';
import { blocksOf } from '../../../media/unixfs/storage-blocks.ts';
import { contentDisposition } from '../content-disposition.ts';
import { spelt } from '../content-path.ts';
import { isKnownToClient } from '../range.ts';
import { CAR_TYPE } from '../representation.ts';
import { filenameOf } from '../send-file.ts';
import { type CarParams, carParams, spanOf } from './car-params.ts';
import type { Subject } from './send-block.ts';
import { sendCar } from './send-car.ts';

export interface ArchiveSubject extends Subject {
  /** The CID, as the client spelt it. */
  text: string;
  /** The path below it. */
  names: readonly string[];
  /** Parameters of the media type that was accepted. */
  params: Readonly<Record<string, string>>;
}

/** An archive of the blocks of what was found, and of those that prove where it stands. */
export async function sendArchive(subject: ArchiveSubject): Promise<void> {
  const { req, res, found, common, limit, storage, text, names } = subject;
  const car = carParams(req.query, subject.params);
  const etag = etagOf(subject, car);
  if (isKnownToClient(req.get('If-None-Match'), etag)) {
    res.writeHead(304, { ...common, ETag: etag }).end();
    return;
  }
  const below = names.slice(-1).map((last) => `_${encodeURIComponent(last)}`);
  const name = filenameOf(req) || `${found.roots[0]}${below.join('')}.car`;
  const head = {
    ...common,
    ETag: etag,
    'Accept-Ranges': 'none',
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': `${CAR_TYPE}; version=1; order=${car.order}; dups=${car.dups ? 'y' : 'n'}`,
    'Content-Disposition': contentDisposition('attachment', name),
  };
  const blocks = blocksOf(storage);
  if (req.method === 'HEAD') {
    await blocks.read(found.root);
    res.writeHead(200, head).end();
    return;
  }
  limit?.(req, res);
  const root = spelt(found.root, text);
  const span =
    found.kind === 'file' && car.bytes
      ? spanOf(car.bytes, found.sizeBytes)
      : { from: 0, to: Number.POSITIVE_INFINITY };
  await sendCar(res, () => res.writeHead(200, head), {
    blocks,
    subject: { root, scope: car.scope, span, dups: car.dups },
    proof: found.proof.map((cid) => spelt(cid, text)),
    root,
  });
}

/** Weak, since archives of the same blocks need not be the same bytes. */
function etagOf({ found, names }: ArchiveSubject, car: CarParams): string {
  const of = JSON.stringify([names, car.scope, car.bytes, car.order, car.dups]);
  const mark = createHash('sha256').update(of).digest('base64url').slice(0, 13);
  return `W/"${found.roots[0]}.car.${mark}"`;
}
