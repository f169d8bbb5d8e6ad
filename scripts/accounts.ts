import { publicTestAccounts } from '../devchain/accounts.ts';

/** `npm run accounts`: the funded accounts of the development chain. They are derived: no host has to run. */
console.log(
  'Funded accounts of the development chain, with PUBLIC TEST KEYS. Never send real money to them.',
);
for (const [index, { address, privateKey }] of publicTestAccounts().entries()) {
  console.log(`${String(index).padStart(2)}  ${address}  ${privateKey}`);
}
