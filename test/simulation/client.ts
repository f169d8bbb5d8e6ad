import type { FeedEntry, Store } from '../../indexer/store/store.ts';

const EACH = 200;

/** A client that follows the feed and believes it; it reads everything only where the feed says so. */
export class FeedClient {
  readonly views = new Set<string>();
  /** What is served under which address. */
  readonly streams = new Map<string, string>();
  #seq = 0;

  async follow(
    store: Store,
    readAll: () => Promise<{ views: string[]; streams: [string, string][] }>,
  ): Promise<void> {
    for (;;) {
      const entries = await store.feedAfter(this.#seq, EACH);
      for (const entry of entries) {
        this.#seq = entry.seq;
        if (entry.event === 'reset') await this.#restart(readAll);
        else this.#take(entry);
      }
      if (entries.length < EACH) return;
    }
  }

  async #restart(readAll: () => Promise<{ views: string[]; streams: [string, string][] }>): Promise<void> {
    const { views, streams } = await readAll();
    this.views.clear();
    this.streams.clear();
    for (const id of views) this.views.add(id);
    for (const [name, url] of streams) this.streams.set(name, url);
  }

  #take(entry: FeedEntry): void {
    if (entry.event === 'view.recorded') this.views.add(entry.view.id);
    if (entry.event === 'view.covered') {
      this.views.delete(entry.reportId);
      this.views.add(entry.view.id);
    }
    if (entry.event.startsWith('stream.') && 'stream' in entry) this.#stream(entry.stream);
    if (entry.event !== 'reverted') return;
    const { reverted } = entry;
    if (reverted.kind === 'view') this.views.delete(reverted.id);
    if (reverted.kind === 'stream') {
      if (reverted.stream) this.#stream(reverted.stream);
      else this.streams.delete(`${reverted.contentId} ${reverted.provider}`);
    }
  }

  #stream({
    contentId,
    provider,
    url,
    active,
  }: {
    contentId: string;
    provider: string;
    url: string;
    active: boolean;
  }) {
    if (active) this.streams.set(`${contentId} ${provider}`, url);
    else this.streams.delete(`${contentId} ${provider}`);
  }
}
