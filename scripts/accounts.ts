import { publicTestAccounts } from '../devchain/accounts.ts';

/** `npm run accounts`: the funded accounts of the development chain. They are derived: no host has to run. */
console.log(
  'Funded accounts of the development chain, with PUBLIC TEST KEYS. Never send real money to them.',
);
// Counted as the page counts its test wallets.
for (const [index, { address, privateKey }] of publicTestAccounts().entries()) {
  console.log(`${String(index + 1).padStart(2)}  ${address}  ${privateKey}`);
}
