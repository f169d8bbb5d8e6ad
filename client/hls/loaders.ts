import type {
  FragmentLoaderContext,
  HlsConfig,
  KeyLoaderContext,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from 'hls.js';

type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>;

/** Where keys come from. Rejects with the signal's reason once hls.js does not want it any more. */
export type KeySource = (want: { url: string; startSec: number }, signal: AbortSignal) => Promise<Uint8Array>;

/** hls.js' own kind of loader for keys; it asks for nothing else by it. */
export function keyLoader(keyOf: KeySource): LoaderClass {
  return class implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    readonly stats = freshStats();
    readonly #ended = new AbortController();
    #callbacks: LoaderCallbacks<LoaderContext> | null = null;

    load(
      context: LoaderContext,
      _config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      this.context = context;
      this.#callbacks = callbacks;
      this.stats.loading.start = performance.now();
      const { url, frag } = context as KeyLoaderContext;
      void keyOf({ url, startSec: frag.start }, this.#ended.signal).then(
        (key) => {
          this.stats.loading.first = this.stats.loading.end = performance.now();
          this.stats.loaded = this.stats.total = key.length;
          const data = Uint8Array.from(key).buffer;
          this.#take()?.onSuccess({ url, data, code: 200 }, this.stats, context, null);
        },
        (error: unknown) => {
          this.#take()?.onError({ code: 0, text: textOf(error) }, context, null, this.stats);
        },
      );
    }

    abort(): void {
      const { context } = this;
      this.stats.aborted = true;
      if (context) this.#take()?.onAbort?.(this.stats, context, null);
      this.#ended.abort();
    }

    destroy(): void {
      this.#callbacks = null;
      this.abort();
      this.context = null;
    }

    /** What is told of the end, once. */
    #take(): LoaderCallbacks<LoaderContext> | null {
      const callbacks = this.#callbacks;
      this.#callbacks = null;
      return callbacks;
    }
  };
}

/** Checks a file by its URL, or throws. */
export type FileCheck = (url: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** A loader that gives hls.js what has passed the check only: playlists, captions, and what segments begin with. */
export function checkedLoader(Base: LoaderClass, check: FileCheck): LoaderClass {
  return class extends Base {
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      super.load(context, config, isChecked(context) ? afterCheck(callbacks, check) : callbacks);
    }
  };
}

function afterCheck(
  callbacks: LoaderCallbacks<LoaderContext>,
  check: FileCheck,
): LoaderCallbacks<LoaderContext> {
  return {
    ...callbacks,
    onSuccess: (response, stats, context, details) => {
      void check(context.url, bytesOf(response.data)).then(
        () => callbacks.onSuccess(response, stats, context, details),
        (error: unknown) => callbacks.onError({ code: 0, text: textOf(error) }, context, details, stats),
      );
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** hls.js' word for captions. */
const SUBTITLE = 'subtitle';

/** Segments are ciphertext that no hash in content.json names. */
function isChecked(context: LoaderContext): boolean {
  const { frag } = context as Partial<FragmentLoaderContext>;
  return frag === undefined || frag.sn === 'initSegment' || frag.type === SUBTITLE;
}

function bytesOf(data: unknown): Uint8Array<ArrayBuffer> {
  return typeof data === 'string'
    ? new TextEncoder().encode(data)
    : new Uint8Array(data instanceof ArrayBuffer ? data : new ArrayBuffer());
}

function freshStats(): LoaderStats {
  return {
    ...{ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0 },
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}
