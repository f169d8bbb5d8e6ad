import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { directOffersIn } from '../../web/src/playback/payment-required.ts';
import { gateFinding, offerFor } from '../../web/src/playback/terms.ts';
import { CREATOR, OTHER } from '../indexer/http/samples.ts';
import { ACCEPTED, CONTRACT, headerOf, OFFER, PRICE, STREAM, TERMS } from './gates.ts';

describe('a PAYMENT-REQUIRED header', () => {
  it('is read as what payView pays, with money as whole numbers', () => {
    expect(directOffersIn(headerOf([ACCEPTED]))).to.deep.equal([OFFER]);
  });

  it('keeps amounts that no float holds', () => {
    const amount = '123456789012345678901234567890';
    const [offer] = directOffersIn(headerOf([{ ...ACCEPTED, amount }]));
    expect(offer?.amount).to.equal(BigInt(amount));
  });

  it('may hold other schemes and offers that make no sense beside those that do', () => {
    const others = [{ ...ACCEPTED, scheme: 'exact' }, { scheme: 'streamhost-channel' }, null, 7];
    expect(directOffersIn(headerOf([...others, ACCEPTED]))).to.deep.equal([OFFER]);
  });

  const { extra } = ACCEPTED;
  const strange: [what: string, header: string][] = [
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64')],
    ['another version', headerOf([ACCEPTED], 1)],
    ['an amount with a point', headerOf([{ ...ACCEPTED, amount: '1.5' }])],
    ['an amount that is a number', headerOf([{ ...ACCEPTED, amount: 1 }])],
    ['a negative amount', headerOf([{ ...ACCEPTED, amount: '-1' }])],
    ['an amount in hex', headerOf([{ ...ACCEPTED, amount: '0x10' }])],
    ['an address that is none', headerOf([{ ...ACCEPTED, payTo: '0x1' }])],
    ['no chain of EIP-155', headerOf([{ ...ACCEPTED, network: 'solana:1' }])],
    ['a unit nobody knows', headerOf([{ ...ACCEPTED, extra: { ...extra, unit: 'year' } }])],
    ['more than one unit', headerOf([{ ...ACCEPTED, extra: { ...extra, due: '2' } }])],
    ['no way to a token', headerOf([{ ...ACCEPTED, extra: { ...extra, access: undefined } }])],
    ['more than any header holds', headerOf([ACCEPTED, 'x'.repeat(20_000)])],
  ];
  for (const [what, header] of strange) {
    it(`offers nothing with ${what}`, () => {
      expect(directOffersIn(header)).to.deep.equal([]);
    });
  }
});

describe("what a gate asks for, beside the chain's own terms", () => {
  const finding = (change: Partial<typeof OFFER>) => gateFinding([{ ...OFFER, ...change }], STREAM, TERMS);

  it('is paid where both are the same, however addresses are written', () => {
    expect(finding({})).to.equal('gate');
    expect(finding({ contract: CONTRACT.toLowerCase(), payTo: CONTRACT.toLowerCase() })).to.equal('gate');
  });

  it('is found among the offers of other listings', () => {
    const other = { ...OFFER, contentId: `0x${'cd'.repeat(32)}`, amount: 1n };
    expect(gateFinding([other, OFFER], STREAM, TERMS)).to.equal('gate');
    expect(offerFor([other, OFFER], STREAM, TERMS)).to.equal(OFFER);
  });

  const elsewhere: [what: string, change: Partial<typeof OFFER>][] = [
    ['chain', { chainId: 1 }],
    ['contract', { contract: OTHER }],
    ['listing', { contentId: `0x${'cd'.repeat(32)}` }],
    ['provider', { provider: CREATOR }],
  ];
  for (const [what, change] of elsewhere) {
    it(`is not for this listing when it names another ${what}`, () => {
      expect(finding(change)).to.equal('sold');
    });
  }

  const different: [what: string, change: Partial<typeof OFFER>][] = [
    ['amount', { amount: PRICE + 1n }],
    ['smaller amount', { amount: PRICE - 1n }],
    ['price of a unit', { unitPrice: PRICE * 2n }],
    ['unit', { unit: 'day' }],
    ['payee than the contract', { payTo: OTHER }],
    ['coin', { token: OTHER }],
    ['origin for the signature', { accessUrl: 'https://evil.example/access' }],
    ['port for the signature', { accessUrl: 'https://b.example.net:8443/access' }],
    ['address that is no URL', { accessUrl: '/play/access' }],
  ];
  for (const [what, change] of different) {
    it(`is not paid when it names another ${what}`, () => {
      expect(finding(change)).to.equal('differs');
    });
  }

  it('is nothing where it offers nothing', () => {
    expect(gateFinding([], STREAM, TERMS)).to.equal('sold');
    expect(TERMS.token).to.equal(ZeroAddress);
  });
});
