import { type Provider, Wallet } from 'ethers';
import { publicTestAccounts } from '../devchain/accounts.ts';

/** A funded account of every test chain, which signs for itself. */
export function testWallet(index = 0, provider?: Provider): Wallet {
  return new Wallet(publicTestAccounts()[index]?.privateKey ?? '', provider);
}
