import { expect } from 'chai';
import { InexactNumber, parseObject } from '../../../indexer/http/middleware/json.ts';

describe('parseObject()', () => {
  it('finds numbers that would be rounded, wherever they stand and however they are written', () => {
    for (const literal of [
      '9007199254740993',
      '-9007199254740993',
      '1.00000000000000001',
      '1e999',
      '2E-400',
    ]) {
      for (const text of [
        `{"a":${literal}}`,
        `{ "a" :\n\t${literal} }`,
        `{"b":[1,${literal}]}`,
        `{"b":[ ${literal}]}`,
      ]) {
        expect(numbersIn(parseObject(text)), text).to.deep.include(new InexactNumber(literal));
      }
    }
  });

  it('leaves numbers that are exact, and text', () => {
    const object = { a: -0.5, b: [999999999999999, 9007199254740991, 1e21, 0], c: ', 1.00000000000000001' };
    expect(parseObject(JSON.stringify(object))).to.deep.equal(object);
  });
});

function numbersIn(value: object): unknown[] {
  return Object.values(value).flatMap((each: unknown) => (Array.isArray(each) ? each : [each]));
}
