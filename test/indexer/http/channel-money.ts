import { getCreateAddress, parseUnits, Wallet, ZeroHash } from 'ethers';
import type { TypedData } from '../../../indexer/contract/calls/wallet-calls.ts';
import { SignedToken__factory } from '../../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { domainOf } from '../../contracts/signed.ts';
import { packBatch, signVoucher } from '../../contracts/vouchers.ts';
import { testWallet } from '../../wallets.ts';
import type { Answer, HostOptions } from './api.ts';
import { PROVIDER, startApi } from './api.ts';
import type { Forgery } from './signing.ts';

type Fields = Record<string, unknown>;

/** What a viewer signs for a token, as an answer shows it, and the fields that stand for it. */
export interface DepositToSign {
  typed_data: TypedData;
  authorization: { valid_after: string; valid_before: string; authorization_salt: string };
}

const ISSUER = 9;
/** The issuer's first contract on a new chain: known before it is there, as a host has to know it. */
const TOKEN = getCreateAddress({ from: testWallet(ISSUER).address, nonce: 0 });
export const MINIMUM = 2_000_000n;
export const AMOUNT = 5_000_000n;
export const PLENTY = parseUnits('1', 12);

/** Signs as the viewer what was shown, or what is forged of it. */
export async function signDeposit(
  signer: Wallet,
  { typed_data, authorization }: DepositToSign,
  forged: Forgery = {},
): Promise<Fields> {
  const { domain, types, message } = typed_data;
  const { EIP712Domain: _, ...own } = types;
  const signed = { ...message, ...forged.message };
  return {
    ...authorization,
    signature: await signer.signTypedData({ ...domain, ...forged.domain }, own, signed),
  };
}

/**
 * A host on somebody else's chain that pays the gas of deposits in one token with signatures, for PROVIDER; and viewers
 * who hold of it, and no coin for gas.
 */
export async function startChannelMoney({ env = {}, ...options }: HostOptions = {}) {
  const api = await startApi({
    remote: true,
    ...options,
    env: {
      PROVIDER_WALLET: PROVIDER,
      KNOWN_TOKENS: TOKEN,
      RELAY_DEPOSIT_MIN: `${TOKEN}:${MINIMUM}`,
      ...env,
    },
  });
  const token = await new SignedToken__factory(api.wallet(ISSUER)).deploy();
  await token.waitForDeployment();
  await api.settled();
  const { provider } = api.chain;

  const viewerWith = async (amount = AMOUNT * 10n): Promise<Wallet> => {
    const viewer = new Wallet(Wallet.createRandom().privateKey, provider);
    await (await token.mint(viewer, amount)).wait();
    return viewer;
  };
  const bodyOf = (viewer: { address: string }, change: Fields = {}): Fields => ({
    viewer: viewer.address,
    provider: PROVIDER,
    token: TOKEN,
    authorizer: testWallet(8).address,
    salt: ZeroHash,
    amount: AMOUNT.toString(),
    ...change,
  });
  const deposit = (body: Fields): Promise<Answer> => api.post('/channels', body);
  /** The whole request, as it is to be sent. */
  const signed = async (viewer: Wallet, change: Fields = {}, forged: Forgery = {}): Promise<Fields> => {
    const body = bodyOf(viewer, change);
    const shown = (await deposit(body)).body as unknown as DepositToSign;
    return { ...body, ...(await signDeposit(viewer, shown, forged)) };
  };
  const opened = async (viewer: Wallet, change: Fields = {}): Promise<{ channel_id: string }> => {
    const { status, body } = await deposit(await signed(viewer, change));
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body.channel as { channel_id: string };
  };
  /** The provider claims so much of a channel, for something that it costs. */
  async function spend(channelId: string, amount: bigint): Promise<void> {
    const creator = api.as(1);
    const terms = { token: TOKEN, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
    const content = { cid: `spent ${channelId}`, ...terms, name: 'Spent', metadata: '' };
    await creator.publish(content);
    const contentId = await creator.contentIdOf(testWallet(1).address, TOKEN, content.cid);
    const domain = domainOf(api.chain.facts.contract, 31_337n);
    const items = [{ contentId, units: amount, unitPrice: 1n }];
    const voucher = await signVoucher(testWallet(8), domain, { channelId, epoch: 1n, seq: 0n, items });
    const { contents, vouchers } = packBatch([voucher]);
    await api.as(2).claim(PROVIDER, TOKEN, contents, vouchers);
    await api.settled();
  }
  return {
    api,
    spend,
    token,
    tokenAddress: TOKEN,
    viewerWith,
    bodyOf,
    deposit,
    signed,
    opened,
    operatorSent: () => provider.getTransactionCount(api.wallet(0).address),
    /** What the viewer has of the native coin, and how often it has sent. */
    spentBy: async (viewer: Wallet) => [
      await provider.getBalance(viewer.address),
      await provider.getTransactionCount(viewer.address),
    ],
  };
}

export type ChannelMoney = Awaited<ReturnType<typeof startChannelMoney>>;
