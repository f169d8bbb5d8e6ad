import { expect } from 'chai';
import { isPublicAddress, isPublicUrl } from '../../../indexer/lib/public-url.ts';

const INTERNAL: [what: string, hosts: string[]][] = [
  ['loopback', ['127.0.0.1', '127.255.255.254', '[::1]']],
  [
    'loopback in other spellings',
    ['127.1', '0x7f.1', '0x7f000001', '2130706433', '0177.0.0.01', '127.0.0.1.'],
  ],
  ['loopback in other digits', ['１２７.0.0.1', '127。0。0。1', '%31%32%37.0.0.1']],
  ['unspecified', ['0.0.0.0', '0', '0.1.2.3', '[::]']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '[fc00::1]', '[fd12:3456::1]']],
  ['link-local', ['169.254.169.254', '[fe80::1]', '[fec0::1]']],
  ['shared by a carrier', ['100.64.0.1', '100.127.255.255']],
  ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', '[ff02::1]']],
  ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '[2001:db8::1]', '[3fff::1]']],
  ['benchmarking', ['198.18.0.1', '198.19.255.255', '[2001:2::1]']],
  [
    'reserved',
    ['192.0.0.1', '192.0.0.170', '240.0.0.1', '[4000::1]', '[100::1]', '[100:0:0:1::1]', '[5f00::1]'],
  ],
  ['mapped from IPv4', ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:8.8.8.8]', '[::127.0.0.1]']],
  ['translated from IPv4', ['[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[::ffff:0:127.0.0.1]']],
  ['tunnelled over IPv4', ['[2002:7f00:1::]', '[2001::1]']],
  ['a name of this machine', ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost']],
  [
    'a name of one network',
    ['intranet', 'printer.local', 'db.internal', 'nas.home.arpa', 'tv.lan.', 'a.corp'],
  ],
];

const PUBLIC = [
  'stream.example.org',
  'localhost.example.org',
  'internal.example.org.',
  '10.example.org',
  'xn--bcher-kva.example',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '[2606:4700:4700::1111]',
];

describe('isPublicUrl()', () => {
  for (const [what, hosts] of INTERNAL) {
    it(`is false for ${what}`, () => {
      for (const host of hosts) {
        expect(isPublicUrl(new URL(`http://${host}:8080/stream`)), host).to.equal(false);
      }
    });
  }

  it('is true for public names and addresses', () => {
    for (const host of PUBLIC) expect(isPublicUrl(new URL(`https://${host}/stream`)), host).to.equal(true);
  });
});

describe('isPublicAddress()', () => {
  it('is false for what a resolver gives for this machine, for its network and for no address', () => {
    for (const address of [
      '127.0.0.1',
      '::1',
      'fe80::1%eth0',
      '10.1.2.3',
      '::ffff:10.0.0.1',
      'localhost',
      '',
    ]) {
      expect(isPublicAddress(address), address).to.equal(false);
    }
  });

  it('is true for public addresses', () => {
    for (const address of ['1.1.1.1', '2001:4860:4860::8888']) {
      expect(isPublicAddress(address), address).to.equal(true);
    }
  });
});
