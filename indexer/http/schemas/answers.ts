import { z } from 'zod';
import { UNITS } from '../../lib/unit.ts';
import { EXAMPLE } from './fields/fields.ts';

export const STREAM_ID = `${EXAMPLE.contract}-${EXAMPLE.hash}-${EXAMPLE.provider}`.toLowerCase();

/** Fields as they are shown; the same names in every answer. */
export const out = {
  cid: z.string().meta({ description: 'As its creator put it on chain', example: EXAMPLE.cid }),
  contentId: z.string().meta({ description: "The listing's id on chain", example: EXAMPLE.hash }),
  streamId: z.string().meta({
    description: 'Deployment, listing and provider, in lower case',
    example: STREAM_ID,
  }),
  contract: z.string().meta({ description: 'The deployment it is listed at', example: EXAMPLE.contract }),
  creator: z.string().meta({ example: EXAMPLE.creator }),
  provider: z.string().meta({ example: EXAMPLE.provider }),
  viewer: z.string().meta({ example: EXAMPLE.viewer }),
  token: z.string().meta({ description: 'Zero address: the native coin', example: EXAMPLE.native }),
  tokenSymbol: z.string().meta({ description: 'Of an unverified token part of its address', example: 'ETH' }),
  tokenVerified: z.boolean().meta({
    description: 'False: anybody can have made this token, whatever it calls itself',
    example: true,
  }),
  decimals: z.int().nullable().meta({
    description: 'Of the coin; null where it tells none, and amounts are in base units',
    example: 18,
  }),
  share: z.number().meta({ description: 'Percent', example: 70 }),
  amount: z.string().meta({ description: "Decimal, in the coin's unit", example: '0.001' }),
  baseUnits: z.string().meta({ description: "In the coin's base units", example: '1000000000000000' }),
  unit: z.enum(UNITS).meta({ description: 'What the price is for', example: 'view' }),
  time: z.string().meta({ format: 'date-time', example: EXAMPLE.time }),
  txHash: z.string().meta({ example: EXAMPLE.hash }),
  nextCursor: z
    .string()
    .nullable()
    .meta({ description: 'Pass it as `cursor` for the next page; null at the end', example: null }),
};

/** Of lists that once had no pages: their answers are as they were where one page holds all. */
export const laterCursor = z
  .string()
  .optional()
  .meta({ description: 'Pass it as `cursor` for the next page; left out at the end' });

/** A coin beside amounts in it. */
export const coinShape = {
  token: out.token,
  token_symbol: out.tokenSymbol,
  token_verified: out.tokenVerified,
  token_decimals: out.decimals,
};

export const message = (text: string) => z.string().meta({ example: text });
