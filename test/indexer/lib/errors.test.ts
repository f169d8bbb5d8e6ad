import { expect } from 'chai';
import { BaseError, isCode, messageOf, RetryableError } from '../../../indexer/lib/errors.ts';

class Broken extends BaseError {}
class Busy extends RetryableError {}

describe('BaseError', () => {
  it('is named after its class, keeps its cause, and says whether to try again', () => {
    const cause = new Error('why');
    const broken = new Broken('it is broken', { cause });
    expect(broken).to.include({ name: 'Broken', message: 'it is broken', cause, retryable: false });
    expect(new Busy('later', { cause })).to.include({ name: 'Busy', cause, retryable: true });
    expect(String(broken)).to.equal('Broken: it is broken');
  });

  it('has no cause where none is given', () => {
    expect(new Broken('it is broken')).not.to.have.property('cause');
    expect(new Busy('later')).not.to.have.property('cause');
  });
});

describe('messageOf()', () => {
  it('is what an error says, and the text of anything else', () => {
    expect([messageOf(new Error('no')), messageOf('no'), messageOf(undefined)]).to.deep.equal([
      'no',
      'no',
      'undefined',
    ]);
  });
});

describe('isCode()', () => {
  it('knows the code of an error, and of nothing else', () => {
    const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    expect([isCode(missing, 'ENOENT'), isCode(missing, 'EPERM')]).to.deep.equal([true, false]);
    expect([isCode(new Error('no'), 'ENOENT'), isCode({ code: 'ENOENT' }, 'ENOENT')]).to.deep.equal([
      false,
      false,
    ]);
  });
});
