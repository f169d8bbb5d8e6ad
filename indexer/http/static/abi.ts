import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { RequestHandler } from 'express';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { plainRoute, type Route } from '../routing/route.ts';

export const ABI_PATH = '/abi';

/** `GET /abi`: what wallets and programs need to call the contract. It changes with the program alone. */
export function abiRoute(): Route {
  const abi = JSON.stringify(StreamHost__factory.abi);
  const answer: RequestHandler = (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').type('json').send(abi);
  };
  return plainRoute(DOCUMENTED, answer);
}

const DOCUMENTED: RouteConfig & { method: 'get' } = {
  method: 'get',
  path: ABI_PATH,
  tags: ['Chain'],
  summary: "The contract's ABI",
  description: 'As compilers write it: give it to ethers, viem, web3.py or any other library.',
  responses: {
    200: {
      description: 'Functions, events and errors',
      content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
    },
  },
};
