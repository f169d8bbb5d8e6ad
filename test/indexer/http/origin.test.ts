import { expect } from 'chai';
import { originOf } from '../../../indexer/http/signed.ts';

describe('originOf()', () => {
  for (const [ip, origin] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const) {
    it(`of ${ip || 'nothing'} is ${origin || 'nothing'}`, () => expect(originOf(ip)).to.equal(origin));
  }
});
