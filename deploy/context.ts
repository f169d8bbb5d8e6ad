import type { Provider } from 'ethers';
import type { Deployment } from '../indexer/contract/deployments.ts';
import { BaseError } from '../indexer/lib/errors.ts';

/** What a numbered script gets: the chain, and a way to put a contract there once. */
export interface DeployContext {
  readonly chainId: number;
  readonly provider: Provider;
  /**
   * Deploys `contract` with these constructor arguments, unless the newest one on record was made of the
   * same code and arguments and is still there. Resolves once it is mined and recorded.
   */
  deploy(contract: string, args: readonly (string | number | boolean)[]): Promise<Deployment>;
}

export type DeployScript = (context: DeployContext) => Promise<Deployment>;

/** Why a deployment could not be made, in one line for the person who asked for it. */
export class DeployError extends BaseError {}
