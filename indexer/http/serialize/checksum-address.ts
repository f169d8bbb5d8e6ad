import { getAddress } from 'ethers';
import { BoundedMap } from '../../lib/bounded-map.ts';

/** The same few wallets stand in row after row, and a checksum is a hash: known ones are remembered. */
const known = new BoundedMap<string, string>(50_000);

/** An address as the API shows it. @throws {TypeError} for what is none. */
export function checksumAddress(address: string): string {
  const found = known.get(address);
  if (found !== undefined) return found;
  const shown = getAddress(address);
  known.set(address, shown);
  return shown;
}
