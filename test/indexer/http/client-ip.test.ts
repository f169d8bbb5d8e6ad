import { expect } from 'chai';
import { clientIp } from '../../../indexer/http/middleware/client-ip.ts';

describe('clientIp()', () => {
  const same: [what: string, ips: string[], client: string][] = [
    ['an IPv4 address, however it is written', ['203.0.113.7', '::ffff:203.0.113.7'], '203.0.113.7'],
    ['all addresses of one IPv6 line', ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff::9'], '2001:db8:1:2::/64'],
    ['a line with zeros', ['2001:db8::1', '2001:db8:0:0:1::'], '2001:db8:0:0::/64'],
    ['an IPv4 address with any port', ['203.0.113.7:1000', '203.0.113.7:65535'], '203.0.113.7'],
    ['an IPv4 address within IPv6, with a port', ['[::ffff:203.0.113.7]:1000'], '203.0.113.7'],
    [
      'an IPv6 address in brackets, with and without port',
      ['[2001:db8:1:2::1]', '[2001:db8:1:2::1]:1000', '[2001:db8:1:2::9]:1001'],
      '2001:db8:1:2::/64',
    ],
    ['an unknown address', [''], ''],
  ];
  for (const [what, ips, client] of same) {
    it(`is one for ${what}`, () => {
      for (const ip of ips) expect(clientIp({ ip }), ip).to.equal(client);
    });
  }

  it('tells other lines apart', () => {
    expect(clientIp({ ip: '2001:db8:1:3::1' })).to.not.equal(clientIp({ ip: '2001:db8:1:2::1' }));
    expect(clientIp({ ip: '203.0.113.8' })).to.not.equal(clientIp({ ip: '203.0.113.7' }));
  });
});
