import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
// @ts-expect-error: plain JavaScript, since scripts/launch.mjs runs before anything is installed
import { ownWarnings, startProgress } from '../../scripts/lib/progress.mjs';

const FOREIGN = `Warning: Transient storage as defined by EIP-1153 can break the composability of smart contracts.
   --> ./node_modules/@openzeppelin/contracts/utils/TransientSlot.sol:108:13:
    |
108 |             tstore(slot, value)
    |             ^^^^^^`;
const OWN = `Warning: Unused local variable.
  --> contracts/StreamHost.sol:10:2:
   |
10 | uint unused;
   | ^^^^^^^^^^^`;

describe('ownWarnings()', () => {
  it('drops those of packages and keeps all else', () => {
    expect(ownWarnings(`${FOREIGN}\n\n\n`)).to.equal('');
    expect(ownWarnings(`${FOREIGN}\n\n\n${OWN}\n\n\n`)).to.equal(OWN);
    expect(ownWarnings(`${OWN}\n\n${FOREIGN}\n\ndone\n`)).to.equal(`${OWN}\n\ndone`);
  });
});

describe('startProgress()', () => {
  async function shown(isTTY: boolean, ms: number): Promise<string[]> {
    const lines: string[] = [];
    const out = { isTTY, write: (text: string) => lines.push(text) };
    const end = startProgress('Building', { out, everyMs: { line: 4, redraw: 4 } });
    await delay(ms);
    end();
    return lines;
  }

  it('says at once what is being done, and again while it lasts', async () => {
    const [first, ...again] = await shown(false, 100);
    expect(first).to.equal('Building ...\n');
    expect(again).to.have.length.above(2);
    expect([...new Set(again)]).to.deep.equal(['Building: 0 s\n']);
  });

  it('stays in one line on a terminal', async () => {
    const lines = await shown(true, 100);
    expect(lines[0]).to.equal('Building');
    expect(lines.at(-1)).to.equal('\n');
    expect([...new Set(lines.slice(1, -1))]).to.deep.equal(['\r\u001b[KBuilding: 0 s']);
  });
});
