import { expect } from 'chai';
import { keysIn, writeRecords } from '../../../indexer/http/cache/records-page.ts';
import type { ViewRow } from '../../../indexer/store/store.ts';

describe('writeRecords()', () => {
  /** Names of one, two, three and four bytes a character. */
  const NAMES = ['plain', 'Zürich', '0x1234…abcd', '🎬'];
  const row = (key: number) => ({ key }) as ViewRow;
  const present = ({ key }: ViewRow) => ({ id: String(key), token_symbol: NAMES[key % NAMES.length] });
  const link = (cursor: string) => `<${cursor}>`;
  const read = ({ body }: { body: Buffer }) => JSON.parse(body.toString());
  const shown = (...keys: number[]) => keys.map((key) => present(row(key)));

  it('writes rows, and copies those that it has, byte for byte', () => {
    const first = writeRecords({ rows: [3, 2, 1, 0].map(row), nextCursor: null }, present, null, link);
    expect(read(first)).to.deep.equal({ records: shown(3, 2, 1, 0), next_cursor: null });
    expect([...keysIn(first)]).to.deep.equal([3, 2, 1, 0]);
    const rows = [row(5), 3, 2, row(4), 1];
    const second = writeRecords({ rows, nextCursor: 'on' }, present, first, link);
    expect(read(second)).to.deep.equal({ records: shown(5, 3, 2, 4, 1), next_cursor: 'on' });
    expect(second.link).to.equal('<on>');
    const third = writeRecords({ rows: [5, 4, 2], nextCursor: null }, present, second, link);
    expect(read(third)).to.deep.equal({ records: shown(5, 4, 2), next_cursor: null });
  });

  it('writes an empty page', () => {
    const empty = writeRecords({ rows: [], nextCursor: null }, present, null, link);
    expect(String(empty.body)).to.equal('{"records":[],"next_cursor":null}');
  });

  it('makes nothing of a row that it does not have', () => {
    expect(() => writeRecords({ rows: [7], nextCursor: null }, present, null, link)).to.throw(RangeError);
  });
});
