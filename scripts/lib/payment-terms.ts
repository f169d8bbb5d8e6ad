import { getAddress, isAddress } from 'ethers';
import { z } from 'zod';

/** How a host says that a file is open to who paid for it: one offer of its header `PAYMENT-REQUIRED`. */
export interface PaidOffer {
  contract: string;
  contentId: string;
  provider: string;
  /** Where it is shown that it is paid. */
  access: { url: string; audience: string };
}

const address = z.string().refine(isAddress).transform(getAddress);
const bytes32 = z.string().regex(/^0x[0-9a-fA-F]{64}$/);
const offer = z.object({
  scheme: z.literal('streamhost-direct'),
  network: z.string(),
  extra: z.object({
    contract: address,
    contentId: bytes32,
    provider: address,
    access: z.object({ url: z.url({ protocol: /^https?$/ }), audience: z.string() }),
  }),
});
const header = z.object({ x402Version: z.literal(2), accepts: z.array(z.unknown()) });
/** No host sells a file under more listings than a person can look through. */
const MAX_OFFERS = 20;

/** The offers of our scheme and chain that a header holds; what can't be read is none. */
export function paidOffers(text: string | null, chainId: number): PaidOffer[] {
  const found = header.safeParse(decoded(text ?? ''));
  const accepts = found.success ? found.data.accepts.slice(0, MAX_OFFERS) : [];
  return accepts.flatMap((each) => {
    const read = offer.safeParse(each);
    return read.success && read.data.network === `eip155:${chainId}` ? read.data.extra : [];
  });
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return null;
  }
}
