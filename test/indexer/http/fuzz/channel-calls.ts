import { getCreateAddress, Wallet, ZeroHash } from 'ethers';
import fc from 'fast-check';
import { SignedToken__factory } from '../../../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { testWallet } from '../../../wallets.ts';
import { type Api, OPERATOR } from '../api.ts';
import { type DepositToSign, signDeposit } from '../channel-money.ts';
import { signedOrder } from '../releasing.ts';
import type { Recipe, Request } from './recipe.ts';

const ISSUER = 9;
const newViewer = () => new Wallet(Wallet.createRandom().privateKey);
/** What a host has to be started with, so that it knows the token that is to come. */
export const TOKEN = getCreateAddress({ from: testWallet(ISSUER).address, nonce: 0 });

/** Deposits without coin for gas, and ways out of the channels. */
export async function channelRecipes(api: Api): Promise<Record<string, Recipe>> {
  const token = await new SignedToken__factory(api.wallet(ISSUER)).deploy();
  await token.waitForDeployment();

  async function signed(amount: number, viewer = newViewer()): Promise<Request> {
    await (await token.mint(viewer, amount)).wait();
    const parties = { viewer: viewer.address, provider: OPERATOR, token: TOKEN, authorizer: viewer.address };
    const body = { ...parties, salt: ZeroHash, amount };
    const shown = (await api.post('/channels', body)).body as unknown as DepositToSign;
    return { json: { ...body, ...(await signDeposit(viewer, shown)) } };
  }
  async function opened(amount: number, viewer = newViewer()): Promise<string> {
    const { body } = await api.post('/channels', (await signed(amount, viewer)).json);
    return (body.channel as { channel_id: string }).channel_id;
  }
  const amounts = fc.integer({ min: 1, max: 2 ** 31 }).map((amount) => ({ json: { amount } }));
  const amountIn = ({ json }: Request) => (json as { amount: number }).amount;
  return {
    'POST /channels': { valid: amounts, prepare: (call) => signed(amountIn(call)) },
    'POST /channels/{id}/exit': {
      valid: amounts,
      async prepare(call) {
        return { params: { id: await opened(amountIn(call)) }, json: {} };
      },
    },
    'POST /channels/{id}/release': {
      valid: amounts,
      async prepare(call) {
        const key = newViewer();
        const id = await opened(amountIn(call), key);
        return { params: { id }, json: await signedOrder(api.chain.facts, id, { signer: key }) };
      },
    },
  };
}
