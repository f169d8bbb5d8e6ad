import { getAddress } from 'ethers';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { healthFields } from '../serialize/health-fields.ts';
import { proofAnswer, proofBody, streamParams } from './schemas.ts';

/** What viewers hold against a stream. */
export function proofRoutes({ store, health, proofs }: Context): Route[] {
  const file = route('post', '/streams/{id}/proofs', {
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
  return [file];
}
