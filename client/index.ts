export { type Balance, Channel, type Way } from './channel/channel.ts';
export type { FactsSource } from './channel/facts.ts';
export type { Release } from './channel/leaving.ts';
export { type ChannelOptions, type OpenOptions, openChannel, resume } from './channel/open-channel.ts';
export type { Relay } from './channel/relay.ts';
export type { Content } from './content/content.ts';
export {
  ClientError,
  type ClientErrorCode,
  LimitReached,
  PriceChanged,
  SellerRefused,
  WrongKey,
} from './errors.ts';
export type { Parties } from './money/channel-record.ts';
export type { Offer } from './seller/offer.ts';
export { browserStorage, type ClientStorage, memoryStorage } from './storage.ts';
export { openVideo, type Video, type VideoOptions } from './video.ts';
