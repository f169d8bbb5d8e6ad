import type { Channel } from './channel.ts';
import type { DepositMinimums } from './coins.ts';
import { ChannelNotRelayed } from './errors.ts';

/** Which fields of a request say whose channel it is, and in which coin; and how the viewer does it itself. */
type Asked = { fields: readonly [ofProvider: Field, ofToken: Field] } & Pick<ChannelNotRelayed, 'way'>;
type Field = ChannelNotRelayed['field'];

/**
 * From how much on this host pays gas for deposits into a channel: of its own provider's, in the coins that it names.
 * @throws {ChannelNotRelayed} where it pays none
 */
export function requireMinimum(
  { providerWallet, minimums }: { providerWallet: string | null; minimums: DepositMinimums },
  { provider, token }: Pick<Channel, 'provider' | 'token'>,
  { fields: [ofProvider, ofToken], way }: Asked,
): bigint {
  if (provider.toLowerCase() !== providerWallet?.toLowerCase()) {
    const right = ofProvider === 'provider' ? (providerWallet ?? undefined) : undefined;
    const message = 'This host pays the gas for channels with its own provider only.';
    throw new ChannelNotRelayed(message, { field: ofProvider, right, way });
  }
  const minimum = minimums.get(token.toLowerCase());
  if (minimum !== undefined) return minimum;
  throw new ChannelNotRelayed('This host pays no gas for channels in this coin.', { field: ofToken, way });
}
