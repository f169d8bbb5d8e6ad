import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeSource } from '../ffmpeg-sources.ts';
import { framesOf } from '../played.ts';
import { PREVIEW_SEC, type SoldVideo, startSoldVideo } from './sold-video.ts';

const FRAMES_PER_SEC = 25;

export interface Player {
  /** A hash of each picture that it shows of what is at a URL, in their order. */
  play(url: string): Promise<string[]>;
  /** So many of the last pictures it may leave out. */
  slack: number;
}

/** What any player that knows HLS does with a URL that has a token in it. */
export function describePlayer(name: string, { play, slack }: Player): void {
  describe(`what is sold by keys, played by ${name} from a URL with a token`, () => {
    let folder: string;
    let pictures: string[];
    let sold: SoldVideo;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sold-'));
      const source = await makeSource(folder, 'mp4');
      pictures = await framesOf(source);
      sold = await startSoldVideo(source);
    });
    after(async () => {
      await sold?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    interface Played {
      seconds: number;
      /** Units whose keys the host gave. */
      given: number[];
      /** The answer to requests for others. */
      refused: number[];
    }

    /** Expects all pictures of so many seconds, and no other. */
    async function expectPlayed(token: string, { seconds, ...keys }: Played): Promise<void> {
      sold.keysAnswered();
      const shown = await play(sold.urlOf(token));
      const open = pictures.slice(0, seconds * FRAMES_PER_SEC);
      const sure = open.length - slack;
      expect(shown.slice(0, sure)).to.deep.equal(open.slice(0, sure));
      expect(open).to.include.members(shown);
      expect(sold.keysAnswered()).to.deep.equal(keys);
    }

    it('all of it where all is open', async () => {
      const token = await sold.tokenOf(await sold.bought([0, 1]));
      await expectPlayed(token, { seconds: 78, given: [0, 1], refused: [] });
    });

    it('the first minute where that is open, and nothing after it', async () => {
      const token = await sold.tokenOf(await sold.bought([0]));
      await expectPlayed(token, { seconds: 60, given: [0], refused: [402] });
    });

    it('the free start alone where what was paid is undone', async () => {
      await expectPlayed(await sold.undone(), { seconds: PREVIEW_SEC, given: [], refused: [402] });
    });

    it('the free start alone with a token that a newer one has ended', async () => {
      const channel = await sold.bought([0, 1]);
      const ended = await sold.tokenOf(channel);
      await sold.tokenOf(channel);
      await expectPlayed(ended, { seconds: PREVIEW_SEC, given: [], refused: [401] });
    });

    it("the free start alone with another video's token", async () => {
      await expectPlayed(await sold.ofAnother(), { seconds: PREVIEW_SEC, given: [], refused: [401] });
    });
  });
}
