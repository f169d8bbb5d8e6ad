import { getAddress } from 'ethers';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { healthFields } from '../serialize/health-fields.ts';
import { lookAnswer, lookBody, proofAnswer, proofBody, streamParams } from './schemas.ts';

const RETRY_SEC = 5;

/** What is found of a stream before it is registered, and what viewers hold against it later. */
export function proofRoutes(context: Context): Route[] {
  return [lookRoute(context), fileRoute(context)];
}

function lookRoute({ store, looks, limitUploads }: Context): Route {
  return route('post', '/streams/{id}/look', {
    tag: 'Streams',
    summary: 'Looks at the address of a stream before it is registered',
    description:
      'Whether it answers, and serves what the CID names for what the chain says, as this host looks at registered streams. Nothing is kept of it. `unchecked` with `not_public` is an address that viewers can not reach.',
    params: streamParams,
    body: lookBody,
    guards: limitUploads,
    answer: lookAnswer,
    problems: ['unknown_content', 'bad_url', 'rate_limited'],
    handle: async ({ params: { id }, body: { stream_url: url } }) => {
      const listing = await store.contentById(id.contract, id.contentId);
      if (listing === null)
        throw problem('unknown_content', 'Nobody has listed this content there.', { field: 'id' });
      if (looks.isBusy) {
        const headers = { 'Retry-After': String(RETRY_SEC) };
        throw problem('rate_limited', 'This host looks at others already: try again in a moment.', {
          headers,
        });
      }
      const { findings, latencyMs, ...verdict } = await looks.at({ ...id, cidKey: listing.cidKey, url });
      return { ...verdict, latency_ms: latencyMs, findings: [...findings] };
    },
  });
}

function fileRoute({ store, health, proofs }: Context): Route {
  return route('post', '/streams/{id}/proofs', {
    tag: 'Streams',
    summary: 'Files a proof that a provider has sold a wrong key',
    description:
      'The receipt that came with the key (`Prefer: receipt`), its signature, and the key. It is a proof where the provider, or who was its delegate then, has signed for this very key, and the key is not the one that the CID names. Who files it does not matter. From then on the stream comes last in `/streams/{cid}`, and its `health` shows the proof. The same again changes nothing.',
    params: streamParams,
    body: proofBody,
    answer: proofAnswer,
    problems: [
      ...(['unknown_stream', 'proof_other_stream', 'proof_later', 'proof_other_key'] as const),
      ...(['proof_not_signed', 'proof_no_content', 'proof_no_unit', 'proof_right_key'] as const),
    ],
    handle: async ({ params: { id }, body }) => {
      const { contract, contentId, provider } = id;
      const stream = await store.stream(contract, contentId, provider);
      if (stream === null) {
        const detail = `${getAddress(provider)} has never registered a stream of this content there.`;
        throw problem('unknown_stream', detail, { field: 'id' });
      }
      const { receipt, signature, key } = body;
      const { content_id, key_hash: keyHash, issued_at_sec: issuedAtSec, ...rest } = receipt;
      const signed = { ...rest, contentId: content_id, keyHash, issuedAtSec, signature };
      await proofs.file(stream, { receipt: signed, key });
      return { message: 'It is proven.', health: healthFields(await health.of(stream)) };
    },
  });
}
