import type { Schema } from '../migrate.ts';
import first from './migrations/0001-first.ts';
import vouchers from './migrations/0002-vouchers.ts';
import claims from './migrations/0003-claims.ts';
import own from './migrations/0004-own.ts';
import links from './migrations/0005-links.ts';
import publicVouchers from './migrations/0006-public-vouchers.ts';
import lesserForms from './migrations/0007-lesser-forms.ts';
import releases from './migrations/0008-releases.ts';
import keyGrants from './migrations/0009-key-grants.ts';
import streamHealth from './migrations/0010-stream-health.ts';
import resumableUploads from './migrations/0011-resumable-uploads.ts';
import posters from './migrations/0012-posters.ts';
import captions from './migrations/0013-captions.ts';
import ownKeyRequests from './migrations/0014-own-key-requests.ts';

/** Tells the book from other files, as its first step writes it. */
export const APPLICATION_ID = 0x626f6f6b;

/** The book's tables. Nothing ever drops them. */
export const BOOK: Schema = {
  base: 0,
  steps: [
    first,
    vouchers,
    claims,
    own,
    links,
    publicVouchers,
    lesserForms,
    releases,
    keyGrants,
    streamHealth,
    resumableUploads,
    posters,
    captions,
    ownKeyRequests,
  ],
};
