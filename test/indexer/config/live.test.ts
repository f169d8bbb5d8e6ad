import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

describe('readConfig() of RESPONSE_CACHE_BYTES and EVENTS_MAX_CLIENTS', () => {
  it('has values for both where they are blank', () => {
    expect(readConfig({ RESPONSE_CACHE_BYTES: ' ', EVENTS_MAX_CLIENTS: '' })).to.include({
      responseCacheBytes: 134_217_728,
      maxEventClients: 1_000,
    });
  });

  it('takes 0, which keeps no answer and lets nobody listen', () => {
    expect(readConfig({ RESPONSE_CACHE_BYTES: '0', EVENTS_MAX_CLIENTS: '0' })).to.include({
      responseCacheBytes: 0,
      maxEventClients: 0,
    });
  });

  it('names both where they are wrong', () => {
    const read = () => readConfig({ RESPONSE_CACHE_BYTES: 'much', EVENTS_MAX_CLIENTS: '-1' });
    expect(read)
      .to.throw(ConfigError)
      .with.property('problems')
      .that.satisfies(([first, second]: string[]) =>
        [first, second].every((line, index) =>
          line?.startsWith(['RESPONSE_CACHE_BYTES:', 'EVENTS_MAX_CLIENTS:'][index] ?? ''),
        ),
      );
  });
});
