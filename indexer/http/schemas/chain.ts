import { z } from 'zod';
import { coinShape, out } from './answers.ts';
import { namedObject } from './fields/fields.ts';

export const chainAnswer = namedObject('Chain', {
  chain_id: z.int().meta({ example: 11_155_111 }),
  name: z.string().meta({ example: 'sepolia' }),
  contract: out.contract.meta({ description: 'The deployment that new contents and streams go to' }),
  abi_url: z.string().meta({ description: 'Where its ABI is, on this host', example: '/abi' }),
  rpc_url: z.string().nullable().meta({
    description: 'JSON-RPC of the development chain; null elsewhere, where wallets have their own',
    example: null,
  }),
  unsigned: z
    .boolean()
    .meta({ description: 'Writes need no signature: the development chain', example: false }),
  open_gateway: z
    .boolean()
    .meta({ description: '/ipfs serves media that is sold without payment', example: false }),
  relay: z.enum(['off', 'allowlist', 'open']).meta({
    description: 'Whose signed calls this host submits, and pays the gas of',
    example: 'allowlist',
  }),
  relayed_deposits: z.array(z.strictObject({ token: out.token, min_base_units: out.baseUnits })).meta({
    description:
      'Tokens of which this host brings in deposits for its provider at its own gas, from how much on',
  }),
  relayed_releases: z.boolean().meta({
    description: "This host gives deposits with its provider back at once, on the word of the channel's key",
    example: true,
  }),
  released_coins: z.array(out.token).meta({
    description: 'Coins in which it does: deposits in others come back by the wallet, after the delay',
  }),
  coins: z.array(z.strictObject(coinShape)).meta({
    description:
      'Coins that are what they call themselves: the native one, and tokens that this host vouches for',
  }),
  provider_wallet: out.provider.nullable().meta({
    description: 'Whose streams this host serves at /play, also for creators who ask for it; null: nobody’s',
  }),
  indexed_block: z.int().nullable().meta({
    description: 'How far the records follow the chain: a transaction of this block shows in all reads',
    example: 7_654_321,
  }),
  max_upload_bytes: z.int().meta({ example: 17_179_869_184 }),
});
