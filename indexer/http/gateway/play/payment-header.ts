import { z } from 'zod';
import { CHANNEL_SCHEME } from '../../../playback/payment-required.ts';
import { problem } from '../../problems/codes.ts';
import { contract } from '../../schemas/fields/fields.ts';
import { voucherField, voucherSignature } from '../../schemas/play/vouchers.ts';

const MAX_BYTES = 8 * 1024;
const FIELD = 'PAYMENT-SIGNATURE';

const schema = z.object({
  x402Version: z.literal(2),
  accepted: z.object({
    scheme: z.literal(CHANNEL_SCHEME),
    network: z.string().optional(),
    extra: z.object({ contract: contract.optional() }).optional(),
  }),
  payload: z.object({ voucher: voucherField, signature: voucherSignature }),
});

/**
 * The voucher in the header of x402, version 2.
 * @throws {HttpProblem} 400 `voucher_invalid`, 413 `payment_too_large`
 */
export function readPayment(header: string, { chainId }: { chainId: number }) {
  if (header.length > MAX_BYTES) {
    const detail = `${FIELD} is longer than ${MAX_BYTES} bytes: send the voucher by POST /play/{cid}/keys.`;
    throw problem('payment_too_large', detail, { field: FIELD, extra: { max_bytes: MAX_BYTES } });
  }
  const { data, error } = schema.safeParse(parsed(header));
  if (data === undefined) {
    const [issue] = error.issues;
    const where = issue?.path.map(String).join('.') || 'JSON in base64';
    throw invalid(`${FIELD} has no such voucher as this host takes: ${where}.`);
  }
  const { accepted, payload } = data;
  const network = `eip155:${chainId}`;
  if (accepted.network !== undefined && accepted.network !== network) {
    throw invalid(`${FIELD} pays on ${accepted.network}, and this host sells on ${network}.`);
  }
  return { ...payload, contract: accepted.extra?.contract };
}

/** `PAYMENT-RESPONSE` of x402, version 2. */
export function paymentResponse(facts: object): string {
  return Buffer.from(JSON.stringify(facts)).toString('base64');
}

function invalid(detail: string) {
  return problem('voucher_invalid', detail, { field: FIELD });
}

function parsed(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString());
  } catch {
    return null;
  }
}
