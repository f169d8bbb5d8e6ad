import { HDNodeWallet, Mnemonic } from 'ethers';

/**
 * The mnemonic every Ethereum tool uses for its test accounts. Its keys are public knowledge:
 * whoever sends real money to one of these addresses loses it.
 */
export const PUBLIC_TEST_MNEMONIC = 'test test test test test test test test test test test junk';
export const ACCOUNT_COUNT = 20;

/** What test chains everywhere call themselves. It says nothing about who may write: see the unsigned mode. */
export const DEVNET_CHAIN_ID = 31337;

/** A funded account of the development chain; `privateKey` is a public test key. */
export interface TestAccount {
  readonly address: string;
  readonly privateKey: string;
}

let derived: readonly TestAccount[] | undefined;

/** The 20 funded accounts, in derivation order m/44'/60'/0'/0/i. */
export function publicTestAccounts(): readonly TestAccount[] {
  derived ??= deriveAccounts();
  return derived;
}

function deriveAccounts(): TestAccount[] {
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PUBLIC_TEST_MNEMONIC), "m/44'/60'/0'/0");
  return Array.from({ length: ACCOUNT_COUNT }, (_, index) => {
    const { address, privateKey } = parent.deriveChild(index);
    return { address, privateKey };
  });
}
