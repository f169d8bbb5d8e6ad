import { expect } from 'chai';
import { retry } from '../../web/src/lib/retry.ts';

describe('trying again', () => {
  const options = { isRetryable: () => true, pauseMs: 1, timeoutMs: 10_000 };
  const failing = (times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw new Error(`${left} left`);
      return 'done';
    };
  };

  it('gives the first success', async () => {
    expect(await retry(failing(2), options)).to.equal('done');
  });

  it('gives up at once where another try is no use', async () => {
    const failed = await retry(failing(2), { ...options, isRetryable: () => false }).catch(String);
    expect(failed).to.equal('Error: 1 left');
  });

  it('gives up with the last error when the time is over', async () => {
    expect(await retry(failing(Infinity), { ...options, timeoutMs: 5 }).catch(String)).to.match(/^Error: /);
  });
});
