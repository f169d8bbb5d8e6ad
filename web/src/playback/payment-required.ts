import { z } from 'zod/mini';
import { UNITS, type Unit } from '../api/answers.ts';

/** A gate's price for one unit of one listing, to be paid by `payView`. Amounts in base units. */
export interface DirectOffer {
  chainId: number;
  contract: string;
  contentId: string;
  provider: string;
  payTo: string;
  /** The zero address is the native coin. */
  token: string;
  amount: bigint;
  unitPrice: bigint;
  unit: Unit;
  /** The address that takes a signed `Access` and answers with a token. */
  accessUrl: string;
}

/** Servers send headers of 8 to 16 kB at most. */
const MAX_LENGTH = 16_384;
const address = z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/));
const bytes32 = z.string().check(z.regex(/^0x[0-9a-fA-F]{64}$/));
const wholeNumber = z.string().check(z.regex(/^(0|[1-9]\d{0,77})$/));

const envelope = z.object({ x402Version: z.literal(2), accepts: z.array(z.unknown()) });
const direct = z.object({
  scheme: z.literal('streamhost-direct'),
  network: z.string().check(z.regex(/^eip155:[1-9]\d{0,14}$/)),
  asset: address,
  payTo: address,
  amount: wholeNumber,
  extra: z.object({
    contract: address,
    contentId: bytes32,
    provider: address,
    unit: z.enum(UNITS),
    due: z.literal('1'),
    unitPrice: wholeNumber,
    access: z.object({ url: z.string() }),
  }),
});

/** The offers in a `PAYMENT-REQUIRED` header (x402) that this page can pay; none where it makes no sense. */
export function directOffersIn(header: string): DirectOffer[] {
  const read = envelope.safeParse(decoded(header));
  if (!read.success) return [];
  return read.data.accepts.flatMap((each) => {
    const offer = direct.safeParse(each);
    return offer.success ? [offerOf(offer.data)] : [];
  });
}

function offerOf({ network, asset, payTo, amount, extra }: z.infer<typeof direct>): DirectOffer {
  const { contract, contentId, provider, unit, unitPrice, access } = extra;
  return {
    chainId: Number(network.slice('eip155:'.length)),
    ...{ contract, contentId, provider, payTo, token: asset, unit },
    amount: BigInt(amount),
    unitPrice: BigInt(unitPrice),
    accessUrl: access.url,
  };
}

function decoded(header: string): unknown {
  if (header.length > MAX_LENGTH) return undefined;
  try {
    const bytes = Uint8Array.from(atob(header), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
