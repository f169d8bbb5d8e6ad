import { errorWith } from '../lib/errors.ts';

/** Why this host does not serve a content. */
export type ServingObjection = 'not set up' | 'not allowed' | 'for another' | 'not here' | 'no keys';

/** This host does not register a stream of the content; the message says what can be done about it. */
export class ServingRefused extends errorWith<{ objection: ServingObjection }>() {}
