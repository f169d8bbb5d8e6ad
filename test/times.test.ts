import { expect } from 'chai';
import { readTicks, slowest, stolen } from './times.ts';

describe('what npm test says at its end', () => {
  it('names the ten slowest files, the slowest first', () => {
    const told = Array.from({ length: 12 }, (_, index) => `${index * 100} test/${index}.test.ts`).join('\n');
    const [title, ...rows] = slowest(told);
    expect(title).to.equal('The slowest files:');
    expect(rows).to.have.length(10);
    expect(rows[0]).to.equal('     1.1 s  test/11.test.ts');
    expect(rows[9]).to.equal('     0.2 s  test/2.test.ts');
  });

  it('tells what share of the time was stolen, where the system tells', () => {
    const before = readTicks('cpu  10 0 10 80 0 0 0 0 5 0\ncpu0 1 1 1 1\n');
    const after = readTicks('cpu  60 0 10 105 0 0 0 25 50 0\ncpu0 1 1 1 1\n');
    expect(stolen(before, after)[0]).to.match(/^Other machines took 25\.0 % /);
    expect(stolen(null, readTicks('nothing'))).to.deep.equal([]);
  });
});
