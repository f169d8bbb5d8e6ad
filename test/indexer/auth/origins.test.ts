import { expect } from 'chai';
import { siteOrigins } from '../../../indexer/auth/origins.ts';

describe('siteOrigins()', () => {
  const here = {
    publicUrl: undefined,
    host: '127.0.0.1',
    port: 8000,
    corsOrigins: ['http://localhost:3000'],
  };

  it('are this machine and the pages that may call, where no other address is known', () => {
    expect(siteOrigins(here)).to.deep.equal([
      'http://localhost:8000',
      'http://127.0.0.1:8000',
      'http://localhost:3000',
    ]);
    expect(siteOrigins({ ...here, host: '::1' })).to.include('http://[::1]:8000');
    expect(siteOrigins({ ...here, host: '0.0.0.0' })).to.not.include('http://0.0.0.0:8000');
  });

  it('begin with PUBLIC_URL, without its path', () => {
    const publicUrl = 'https://Host.example.org:443/api/';
    expect(siteOrigins({ ...here, publicUrl })).to.deep.equal([
      'https://host.example.org',
      'http://localhost:3000',
    ]);
  });

  it('are not any page because any page may call', () => {
    const publicUrl = 'https://host.example.org';
    expect(siteOrigins({ ...here, publicUrl, corsOrigins: ['*'] })).to.deep.equal([publicUrl]);
  });
});
