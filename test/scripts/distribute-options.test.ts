import { expect } from 'chai';
import { CliError } from '../../scripts/lib/cli.ts';
import { distributeOptions } from '../../scripts/lib/distribute/options.ts';

describe('distribute-earnings: options', () => {
  const refused: [string[], RegExp][] = [
    [['--cid', '0x1234'], /^--cid: "0x1234" is neither an IPFS CID nor an EthStorage address\.$/],
    [['--start-date', 'yesterday'], /^--start-date: "yesterday" is not a date such as 2026-11-24\.$/],
    [['--end-date', '2026-02-30'], /^--end-date: "2026-02-30" is not a date/],
    [['--end-date', '2026-2-3'], /^--end-date: "2026-2-3" is not a date/],
    [['--start-date', '2026-02-02', '--end-date', '2026-02-01'], /^--end-date lies before --start-date\.$/],
    [['--yess'], /^Unknown option '--yess'/],
    [['now'], /^Unexpected argument 'now'/],
    [['--cid'], /^Option '--cid <value>' argument missing/],
  ];
  for (const [argv, message] of refused) {
    it(`refuses ${argv.join(' ')} in one line`, () => {
      expect(() => distributeOptions(argv))
        .to.throw(CliError)
        .with.property('message')
        .that.matches(message)
        .and.not.include('\n');
    });
  }

  it('plans everything and pays nothing by default', () => {
    expect(distributeOptions([])).to.deep.equal({ filter: {}, yes: false });
  });

  it('takes whole days, UTC, the last one included, and any spelling of a CID', () => {
    const argv = ['--start-date', '2026-01-31', '--end-date', '2026-02-01', '--yes'];
    const cid = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
    expect(distributeOptions([...argv, '--cid', cid])).to.deep.equal({
      filter: {
        cidKey: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
        fromSec: Date.UTC(2026, 0, 31) / 1000,
        toSec: Date.UTC(2026, 1, 2) / 1000,
      },
      yes: true,
    });
  });
});
