import { ZeroAddress } from 'ethers';
import type { Request, Response } from 'express';
import type { AppDeps } from '../deps.ts';
import { showsSecret } from './operator-guard.ts';
import type { Gate } from './session.ts';

interface Asking {
  req: Request;
  res: Response;
}

/** What this host sells is for its provider's eyes, for those of whom that has named its delegate, and for the operator's. */
export interface ProviderGate {
  /** @throws {HttpProblem} 401, 403 `wallet_mismatch` @throws {RpcError} where the contract has to be asked, and can't be */
  require(req: Request): Promise<void>;
  /** Whether it could be one of them: somebody is signed in, or shows the operator's secret. */
  mayAdmit(asking: Asking): boolean;
  /** @throws {RpcError} as {@link require} */
  admits(asking: Asking): Promise<boolean>;
}

type Deps = Pick<AppDeps, 'provider' | 'contract' | 'chain' | 'operatorSecret'>;

export function createProviderGate(
  { provider, contract, chain, operatorSecret }: Deps,
  gate: Gate,
): ProviderGate {
  const isOperator = showsSecret(operatorSecret);
  const isProviders = async (wallet: string) =>
    provider !== null && (await contract.actsFor(chain.contract, provider.wallet, wallet));
  return {
    async require(req) {
      if (isOperator(req)) return;
      const session = await gate.session(req, provider?.wallet);
      if (await isProviders(session.wallet)) return;
      gate.requireOwn(req, session, provider?.wallet ?? ZeroAddress, 'Authorization');
    },
    mayAdmit: ({ req, res }) => isOperator(req) || res.locals.wallet !== undefined,
    admits: async ({ req, res }) =>
      isOperator(req) || (res.locals.wallet !== undefined && (await isProviders(res.locals.wallet))),
  };
}
