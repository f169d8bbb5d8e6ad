import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { JournalCorrupted, JournalMismatch } from '../../devchain/errors.ts';
import { encodeFrame } from '../../devchain/journal/frames.ts';
import { rejection } from '../rejection.ts';
import { newTestChain, removeTestChains, type TestChain } from './support.ts';

describe('the journal of the development chain', () => {
  let chain: TestChain;
  let said: string[];
  const log = (message: string) => void (message.includes('torn') && said.push(message));

  beforeEach(async () => {
    said = [];
    chain = await newTestChain();
    await chain.start();
    for (let block = 0; block < 3; block += 1) await chain.rpc('evm_mine');
    await chain.devnet.stop();
  });
  afterEach(removeTestChains);

  describe('with a damaged entry that is not the last', () => {
    const damages: Record<string, (lines: string[]) => string[]> = {
      'a changed byte': (lines) => lines.with(2, (lines[2] ?? '').replace('evm_mine', 'evm_mint')),
      'a missing byte': (lines) => lines.with(2, (lines[2] ?? '').slice(0, -1)),
      'zeros in its place': (lines) => lines.with(2, '\0'.repeat(lines[2]?.length ?? 0)),
      'the entry before it missing': (lines) => lines.toSpliced(1, 1),
      'two entries in the wrong order': (lines) => lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''),
    };
    for (const [damage, apply] of Object.entries(damages)) {
      it(`refuses to start: ${damage}`, async () => {
        await rewrite(apply);
        const error = await rejection(chain.start());
        expect(error).to.be.instanceOf(JournalCorrupted);
        expect(error).to.include({ file: chain.journal });
        expect(error.message).to.match(/damaged at line [23] of .*journal \(wrong length or checksum\)/);
      });
    }
  });

  it('refuses an entry that another version wrote', async () => {
    const text = await readFile(chain.journal, 'utf8');
    const checksum = text.trimEnd().split('\n').at(-1)?.split(' ')[1] ?? '';
    await appendFile(chain.journal, encodeFrame(checksum, '{"calls":5}').text);
    const error = await rejection(chain.start());
    expect(error.message).to.include('damaged at line 6').and.include('written by another version');
  });

  it('refuses a journal whose replay gives other blocks', async () => {
    const lines = (await readFile(chain.journal, 'utf8')).trimEnd().split('\n');
    const payloads = lines.map((line) => line.split(' ').slice(2).join(' '));
    const forged = payloads.with(2, (payloads[2] ?? '').replace('evm_mine', 'evm_snapshot'));
    let checksum = '';
    const frames = forged.map((payload) => {
      const frame = encodeFrame(checksum, payload);
      checksum = frame.checksum;
      return frame.text;
    });
    await writeFile(chain.journal, frames.join(''));
    const error = await rejection(chain.start());
    expect(error).to.be.instanceOf(JournalMismatch);
    expect(error.message).to.match(/recorded block 2 0x[0-9a-f]{64} but replaying it gives 1 0x[0-9a-f]{64}/);
  });

  it('lets go of everything when it refuses to start', async () => {
    const sound = await readFile(chain.journal);
    await rewrite((lines) => lines.toSpliced(1, 1));
    await rejection(chain.start());
    await writeFile(chain.journal, sound);
    await chain.start();
    expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(3);
  });

  it('drops a torn last entry, at whichever byte it was torn', async () => {
    const sound = await readFile(chain.journal);
    const last = sound.lastIndexOf('\n', sound.length - 2) + 1;
    for (const length of [1, 3, 40, sound.length - last - 1]) {
      await writeFile(chain.journal, sound.subarray(0, last + length));
      await chain.start({ log });
      expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(3);
      await chain.rpc('evm_mine');
      await chain.restart({ log });
      expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(4);
      await chain.devnet.stop();
    }
    expect(said).to.have.length(4);
  });

  it('drops a last entry that a power cut left with zeros in it', async () => {
    const text = await readFile(chain.journal, 'utf8');
    await writeFile(chain.journal, `${text}300 0123${'\0'.repeat(290)}\n`);
    await chain.start({ log });
    expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(3);
    expect(said).to.have.length(1);
  });

  it('begins anew when not even the first entry was written whole', async () => {
    await writeFile(chain.journal, (await readFile(chain.journal, 'utf8')).slice(0, 50));
    await chain.start({ log });
    expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(0);
    await chain.rpc('evm_mine');
    await chain.restart();
    expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(1);
  });

  async function rewrite(change: (lines: string[]) => string[]): Promise<void> {
    const lines = (await readFile(chain.journal, 'utf8')).split('\n');
    await writeFile(chain.journal, change(lines).join('\n'));
  }
});
