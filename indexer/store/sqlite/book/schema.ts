import type { Schema } from '../migrate.ts';
import first from './migrations/0001-first.ts';

/** The book's tables. Nothing ever drops them. */
export const BOOK: Schema = { base: 0, steps: [first] };
