import type { Schema } from './migrate.ts';
import first from './migrations/0001-first.ts';
import feed from './migrations/0004-feed.ts';
import channels from './migrations/0005-channels.ts';
import channelEvents from './migrations/0006-channel-events.ts';
import indexedLogs from './migrations/0007-indexed-logs.ts';
import listsByKey from './migrations/0008-lists-by-key.ts';
import soldContents from './migrations/0009-sold-contents.ts';
import announcedUnits from './migrations/0012-announced-units.ts';
import claimsByProvider from './migrations/0016-claims-by-provider.ts';
import takenDown from './migrations/0017-taken-down.ts';
import leavingChannels from './migrations/0018-leaving-channels.ts';
import linkHints from './migrations/0019-link-hints.ts';
import noLeavingChannels from './migrations/0020-no-leaving-channels.ts';
import streamsByUrl from './migrations/0021-streams-by-url.ts';
import claimDelegates from './migrations/0022-claim-delegates.ts';
import relayGas from './migrations/before-the-book/0002-relay-gas.ts';
import stagedUploads from './migrations/before-the-book/0003-staged-uploads.ts';
import playGrants from './migrations/before-the-book/0010-play-grants.ts';
import serveWishes from './migrations/before-the-book/0011-serve-wishes.ts';
import takedowns from './migrations/before-the-book/0013-takedowns.ts';
import mediaFacts from './migrations/before-the-book/0014-media-facts.ts';
import packagings from './migrations/before-the-book/0015-packagings.ts';
import earningsParts from './migrations/from-0023/0023-earnings-parts.ts';
import catalogue from './migrations/from-0023/0024-catalogue.ts';
import compactViews from './migrations/from-0023/0025-compact-views.ts';

/** What mirrors the chain. */
export const RECORDS: Schema = {
  base: 8,
  steps: [
    first,
    relayGas,
    stagedUploads,
    feed,
    channels,
    channelEvents,
    indexedLogs,
    listsByKey,
    soldContents,
    playGrants,
    serveWishes,
    announcedUnits,
    takedowns,
    mediaFacts,
    packagings,
    claimsByProvider,
    takenDown,
    leavingChannels,
    linkHints,
    noLeavingChannels,
    streamsByUrl,
    claimDelegates,
    earningsParts,
    catalogue,
    compactViews,
  ],
};
