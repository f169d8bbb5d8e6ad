import { expect } from 'chai';
import { BaseError, errorWith, isCode, messageOf, RetryableError } from '../../../indexer/lib/errors.ts';

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

describe('errorWith()', () => {
  class Refused extends errorWith<{ reason: string; limit?: number }>() {}
  class TooLarge extends errorWith<{ maxBytes: number }>(({ maxBytes }) => `more than ${maxBytes} bytes`) {}
  class Full extends errorWith<{ freeBytes: number }>() {
    override readonly retryable = true;
    constructor(disk: string, freeBytes: number) {
      super(`${disk} has ${freeBytes} bytes left`, { freeBytes });
    }
  }
  const cause = new Error('why');

  it('makes the facts properties of an error that its thrower words', () => {
    const refused = new Refused('not like this', { reason: 'signature', cause });
    expect(refused).to.be.instanceOf(Refused).and.instanceOf(BaseError).and.instanceOf(Error);
    expect(refused).to.include({
      name: 'Refused',
      message: 'not like this',
      reason: 'signature',
      cause,
      retryable: false,
    });
    expect(refused).not.to.have.property('limit');
  });

  it('words an error by its facts', () => {
    const tooLarge = new TooLarge({ maxBytes: 7, cause });
    expect(tooLarge).to.be.instanceOf(TooLarge).and.instanceOf(BaseError);
    expect(tooLarge).to.include({ name: 'TooLarge', message: 'more than 7 bytes', maxBytes: 7, cause });
    expect(new TooLarge({ maxBytes: 7 })).not.to.have.property('cause');
    expect(new Refused('no', { reason: 'x' })).not.to.be.instanceOf(TooLarge);
  });

  it('takes from the thrower, or from the class, whether to try again', () => {
    expect(new TooLarge({ maxBytes: 7, retryable: true }).retryable).to.equal(true);
    expect(new Full('The disk', 3)).to.include({
      message: 'The disk has 3 bytes left',
      freeBytes: 3,
      retryable: true,
    });
  });

  it('shows its cause once, and where it was thrown first', () => {
    expect(Object.keys(new TooLarge({ maxBytes: 7, cause }))).to.have.members([
      'name',
      'retryable',
      'maxBytes',
    ]);
    for (const error of [new Refused('no', { reason: 'x' }), new TooLarge({ maxBytes: 7 })]) {
      expect(error.stack?.split('\n')[1]).to.include('errors.test.ts');
    }
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
