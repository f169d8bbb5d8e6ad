import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { CliError } from '../../../scripts/lib/cli.ts';
import { grantOptions } from '../../../scripts/lib/grant/options.ts';
import { CID, PROVIDER } from '../../indexer/store/samples.ts';

describe('what npm run grant is told', () => {
  it('is a CID and a provider, for a year and in the native coin unless told otherwise', () => {
    const { provider, ...rest } = grantOptions([CID, PROVIDER]);
    expect(provider.toLowerCase()).to.equal(PROVIDER);
    expect(rest).to.deep.equal({ cid: CID, days: 365, to: null, token: ZeroAddress, out: null });
    const told = grantOptions([CID, PROVIDER, '--days', '30', '--to', 'https://a.example', '--out', 'f']);
    expect([told.days, told.to?.href, told.out]).to.deep.equal([30, 'https://a.example/', 'f']);
  });

  for (const [what, args, said] of [
    ['no provider', [CID], 'Whom, and for what?'],
    ['one too many', [CID, PROVIDER, PROVIDER], 'Whom, and for what?'],
    ['no CID', ['video', PROVIDER], '"video" is no IPFS CID.'],
    ['no address', [CID, 'somebody'], '"somebody" is not the address of a provider.'],
    ['no days', [CID, PROVIDER, '--days', '0'], '--days: "0"'],
    ['no URL', [CID, PROVIDER, '--to', 'ftp://a.example'], '--to: "ftp://a.example"'],
  ] as const) {
    it(`is refused: ${what}`, () => {
      expect(() => grantOptions([...args])).to.throw(CliError, said);
    });
  }
});
