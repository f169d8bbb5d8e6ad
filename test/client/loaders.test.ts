import { expect } from 'chai';
import type { HlsConfig, Loader, LoaderCallbacks, LoaderContext, LoaderStats } from 'hls.js';
import { checkedLoader } from '../../client/hls/loaders.ts';

/** Answers at once. */
class Answering {
  load(context: LoaderContext, _config: unknown, { onSuccess }: LoaderCallbacks<LoaderContext>): void {
    onSuccess({ url: context.url, data: 'WEBVTT', code: 200 }, {} as LoaderStats, context, null);
  }
}

describe('checkedLoader()', () => {
  const answerTo = (context: object, check: (url: string) => Promise<void>) =>
    new Promise<string>((resolve) => {
      const Base = Answering as unknown as new (config: HlsConfig) => Loader<LoaderContext>;
      const loader = new (checkedLoader(Base, check))({} as HlsConfig);
      const callbacks = { onSuccess: () => resolve('taken'), onError: () => resolve('refused') };
      const asked = { url: 'a', responseType: '', ...context } as LoaderContext;
      loader.load(asked, {} as never, callbacks as never);
    });
  const refusing = () => Promise.reject(new Error('not the one'));

  it('gives a player no playlist, init segment or captions that fail the check', async () => {
    for (const frag of [undefined, { sn: 'initSegment', type: 'main' }, { sn: 0, type: 'subtitle' }]) {
      expect(await answerTo({ frag }, refusing), JSON.stringify(frag)).to.equal('refused');
      expect(await answerTo({ frag }, async () => undefined), JSON.stringify(frag)).to.equal('taken');
    }
  });

  it('leaves segments to whoever decrypts them', async () => {
    expect(await answerTo({ frag: { sn: 0, type: 'main' } }, refusing)).to.equal('taken');
  });
});
