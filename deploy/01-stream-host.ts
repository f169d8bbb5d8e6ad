import { DEVNET_CHAIN_ID } from '../devchain/accounts.ts';
import type { Deployment } from '../indexer/contract/deployments.ts';
import type { DeployContext } from './context.ts';
import { requireCancun } from './probe.ts';

const DAY_SEC = 86_400;

/** How long a change of terms is announced, and how long a viewer's withdrawal waits, for good. */
const DELAYS = {
  development: { noticeSec: 20, withdrawDelaySec: 10 },
  public: { noticeSec: 2 * DAY_SEC, withdrawDelaySec: DAY_SEC },
};

export default async function deployStreamHost({
  chainId,
  provider,
  deploy,
}: DeployContext): Promise<Deployment> {
  await requireCancun(provider);
  const { noticeSec, withdrawDelaySec } = DELAYS[chainId === DEVNET_CHAIN_ID ? 'development' : 'public'];
  return await deploy('StreamHost', [noticeSec, withdrawDelaySec]);
}
