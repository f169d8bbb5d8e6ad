import type { ChainEvent } from '../events.ts';

/** Of a log; empty text where it has fewer. */
export type Topics = readonly [event: string, first: string, second: string, third: string];
export type Decoder = (topics: Topics, data: string) => ChainEvent;
