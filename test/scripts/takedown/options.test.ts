import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { CliError } from '../../../scripts/lib/cli.ts';
import { blockOptions } from '../../../scripts/lib/takedown/options.ts';

describe('block: options', () => {
  const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
  const other = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
  let folder: string;
  let list: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'block-'));
    list = join(folder, 'list');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('take CIDs and a list with comments, each content once, in whatever spelling', () => {
    writeFileSync(list, `# by order\r\n${other}   # a film\r\n\n  ${CID.parse(cid).toV0()}\n`);
    expect(blockOptions([cid, '--list', list, '--reason', 'by order'])).to.deep.equal({
      task: 'block',
      cids: [CID.parse(cid).toV0().toString(), other],
      reason: 'by order',
    });
    expect(blockOptions(['--undo', '--list', list]).task).to.equal('undo');
    expect(blockOptions(['--dry-run', cid]).task).to.equal('look');
  });

  it('name the line of a list that is no CID, and a list that is not there', () => {
    writeFileSync(list, `${cid}\n\nabc # a film\n`);
    expect(() => blockOptions(['--list', list])).to.throw(CliError, /^--list: line 3: "abc" is neither/);
    expect(() => blockOptions(['--list', join(folder, 'none')])).to.throw(CliError, /^--list: ENOENT/);
  });

  const refused: [string[], RegExp][] = [
    [[], /^Which content\? Name its CID/],
    [['abc'], /^"abc" is neither an IPFS CID nor an EthStorage address\.$/],
    [[cid, '--undo', '--reason', 'x'], /^--undo takes neither/],
    [[cid, '--undo', '--dry-run'], /^--undo takes neither/],
    [[cid, '--reason', ' '], /^--reason: " " is not a line of at most 1000 bytes that people can read\.$/],
    [[cid, '--reason', 'x'.repeat(1_001)], /is not a line of at most 1000 bytes/],
    [[cid, '--reason', 'a\u202eb'], /is not a line of at most 1000 bytes/],
    [[cid, '--fast'], /^Unknown option '--fast'/],
  ];
  for (const [argv, message] of refused) {
    it(`refuse ${argv.join(' ').slice(0, 100) || 'nothing'} in one line`, () => {
      expect(() => blockOptions(argv))
        .to.throw(CliError)
        .with.property('message')
        .that.matches(message)
        .and.not.include('\n');
    });
  }
});
