import { getCreateAddress, Wallet, ZeroHash } from 'ethers';
import { SignedToken__factory } from '../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { type DepositToSign, signDeposit } from '../indexer/http/channel-money.ts';
import { testWallet } from '../wallets.ts';
import type { HostProcess } from './host.ts';
import { startPublicChain } from './public-chain.ts';
import { ask } from './wallet-client.ts';

type Json = Record<string, unknown>;

const ISSUER = 9;
const PROVIDER = 2;

/** A chain as Sepolia with a token that is like USDC, and hosts that pay the gas of deposits in it. */
export async function startGaslessWorld() {
  await using parts = new AsyncDisposableStack();
  const chain = await startPublicChain();
  parts.defer(() => chain.stop());
  const issuer = testWallet(ISSUER, chain.provider);
  const token = await new SignedToken__factory(issuer).deploy();
  await token.waitForDeployment();
  const address = getCreateAddress({ from: issuer.address, nonce: 0 });
  const provider = testWallet(PROVIDER, chain.provider);
  const running = parts.move();

  return {
    chain,
    token,
    tokenAddress: address,
    provider,
    contract: StreamHost__factory.connect(chain.contract, provider),
    startHost: (more: Record<string, string> = {}) =>
      chain.startHost({
        PROVIDER_WALLET: provider.address,
        KNOWN_TOKENS: address,
        RELAY_DEPOSIT_MIN: `${address}:1000000`,
        ...more,
      }),
    /** Somebody with so much of the token, and nothing else. */
    async viewerWith(amount: bigint): Promise<Wallet> {
      const viewer = new Wallet(Wallet.createRandom().privateKey, chain.provider);
      await (await token.mint(viewer, amount)).wait();
      return viewer;
    },
    /** The whole request of a deposit. */
    async signed(host: HostProcess, viewer: Wallet, authorizer: string, amount: bigint): Promise<Json> {
      const parties = { viewer: viewer.address, provider: provider.address, token: address, authorizer };
      const body = { ...parties, salt: ZeroHash, amount: amount.toString() };
      const shown = (await ask(host, 'POST', '/channels', body)).body as unknown as DepositToSign;
      return { ...body, ...(await signDeposit(viewer, shown)) };
    },
    stop: () => running.disposeAsync(),
  };
}

export type GaslessWorld = Awaited<ReturnType<typeof startGaslessWorld>>;
