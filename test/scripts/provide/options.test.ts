import { expect } from 'chai';
import { CliError } from '../../../scripts/lib/cli.ts';
import { provideOptions } from '../../../scripts/lib/provide/options.ts';

describe('provide: options', () => {
  const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
  it('says to the host that is started that it takes streams over, where that is asked for', () => {
    for (const argv of [['--take-over'], []])
      expect(provideOptions([cid, ...argv])).to.include({ task: 'provide', takesOver: argv.length > 0 });
  });

  const refused: [string[], RegExp][] = [
    [[], /^Which file\? Name its CID/],
    [['abc'], /^"abc" is no IPFS CID\.$/],
    [[cid, cid], /^One CID at a time/],
    [[cid, '--from', 'ftp://a'], /^--from: "ftp:\/\/a" is not a URL/],
    [[cid, '--from', 'https://a.example', '--file', 'b'], /: one of them\.$/],
    [[cid, '--car', 'a', '--file', 'b'], /: one of them\.$/],
    [[cid, '--creator', '0x12'], /^--creator: "0x12" is not an address\.$/],
    [[cid, '--max-size', '1k'], /^--max-size: "1k" is not a whole number of bytes\.$/],
    [[cid, '--grant', 'a'], /^--grant is shown to the host that has the keys: name it by --from URL\.$/],
    [[cid, '--fast'], /^Unknown option '--fast'/],
  ];
  for (const [argv, message] of refused) {
    it(`refuses ${argv.join(' ') || 'nothing'} in one line`, () => {
      expect(() => provideOptions(argv))
        .to.throw(CliError)
        .with.property('message')
        .that.matches(message)
        .and.not.include('\n');
    });
  }
});
