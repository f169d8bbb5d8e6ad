import { getAddress } from 'ethers';

/** The same few wallets stand in row after row, and a checksum is a hash: known ones are remembered. */
const MAX_KNOWN = 50_000;
const known = new Map<string, string>();

/** An address as the API shows it. @throws {TypeError} for what is none. */
export function checksumAddress(address: string): string {
  const found = known.get(address);
  if (found !== undefined) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const shown = getAddress(address);
  known.set(address, shown);
  return shown;
}
