import { expect } from 'chai';
import { AUTOMATIC, renditionFor } from '../../web/src/player/hls/quality.ts';

describe('the rendition for a quality that was chosen once', () => {
  const renditions = [
    { index: 2, height: 720 },
    { index: 0, height: 240 },
    { index: 1, height: 480 },
  ];

  it('is the largest that is no higher, else the smallest; without a choice whichever the line allows', () => {
    const chosen = [480, 1080, 500, 144, 0].map((height) => renditionFor(renditions, height));
    expect(chosen).to.deep.equal([1, 2, 1, 0, AUTOMATIC]);
    expect(renditionFor([], 480)).to.equal(AUTOMATIC);
  });
});
