import { expect } from 'chai';
import { progressBar } from '../../scripts/lib/provide/progress.ts';
import { table } from '../../scripts/lib/table.ts';

describe('scripts: table()', () => {
  it('aligns columns, numbers at their end', () => {
    const rows = [
      ['who', 'views'],
      ['creator', '1'],
      ['me', '1000'],
    ];
    expect(table(rows, { right: [1] })).to.deep.equal([
      'who      views',
      '-------  -----',
      'creator      1',
      'me        1000',
    ]);
  });
});

describe('scripts: progressBar()', () => {
  const drawn = (isTTY: boolean) => {
    const written: string[] = [];
    const bar = progressBar(2, 'views', {
      isTTY,
      write: (text: string | Uint8Array) => written.push(String(text)) > 0,
    });
    bar.update(1, '0xaa');
    bar.update(2, '0xbb');
    bar.end();
    return written;
  };

  it('writes one plain line per step where there is no terminal', () => {
    expect(drawn(false)).to.deep.equal(['1/2 views  0xaa\n', '2/2 views  0xbb\n']);
  });

  it('redraws one line on a terminal', () => {
    expect(drawn(true)).to.deep.equal([
      `\r\u001b[K[${'#'.repeat(15)}${'.'.repeat(15)}] 1/2 views  0xaa`,
      `\r\u001b[K[${'#'.repeat(30)}] 2/2 views  0xbb`,
      '\n',
    ]);
  });
});
