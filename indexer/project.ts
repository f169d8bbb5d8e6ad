import type { ChainEvent } from './chain/events.ts';
import { contentPublished, contentRetired, termsCancelled, termsScheduled } from './project/contents.ts';
import { surplusCredited, viewPaid, viewsSponsored, withdrawn } from './project/payments.ts';
import type { Lookup, Place } from './project/place.ts';
import { streamDeregistered, streamRegistered, streamUpdated } from './project/streams.ts';
import type { RowChange } from './store/rows.ts';

/** The rows that an event changes. Pure: the same event at the same place always gives the same rows. */
export function project(event: ChainEvent, at: Place, lookup: Lookup): RowChange[] {
  switch (event.name) {
    case 'ContentPublished':
      return contentPublished(event, at);
    case 'TermsScheduled':
      return termsScheduled(event, at);
    case 'TermsCancelled':
      return termsCancelled(event, at);
    case 'ContentRetired':
      return contentRetired(event, at);
    case 'StreamRegistered':
      return streamRegistered(event, at, lookup(at.contract, event.contentId));
    case 'StreamUpdated':
      return streamUpdated(event, at);
    case 'StreamDeregistered':
      return streamDeregistered(event, at);
    case 'ViewPaid':
      return viewPaid(event, at, lookup(at.contract, event.contentId));
    case 'ViewsSponsored':
      return viewsSponsored(event, at, lookup(at.contract, event.contentId));
    case 'SurplusCredited':
      return surplusCredited(event, at);
    case 'Withdrawn':
      return withdrawn(event, at);
    case 'ViewSkipped':
    case 'NonceInvalidated':
      return [];
  }
}
