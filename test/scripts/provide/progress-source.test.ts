import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { toldSource } from '../../../scripts/lib/provide/progress-source.ts';

describe('scripts: toldSource()', () => {
  const open = (sizeBytes: number | undefined) => {
    const content = new PassThrough();
    const lines = new PassThrough({ objectMode: true });
    const told = toldSource(
      { content, sizeBytes, isArchive: false, brokenOff: '' },
      (line) => lines.write(line),
      1,
    );
    const hears = async (line: string) => {
      for await (const said of lines.iterator({ destroyOnReturn: false })) if (said === line) return;
    };
    return { content, told, hears };
  };

  it('says how much of the file has come while it waits for more, and passes on every byte', async () => {
    const { content, told, hears } = open(4000);
    const whole = buffer(told.content);
    content.write(Buffer.alloc(1000, 1));
    await hears('  1,000 bytes (25 %)');
    content.end(Buffer.alloc(3000, 2));
    expect(await whole).to.deep.equal(Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(3000, 2)]));
  });

  it('says it of a file whose size nobody has told, too', async () => {
    const { content, told, hears } = open(undefined);
    const whole = buffer(told.content);
    content.write(Buffer.alloc(1000));
    await hears('  1,000 bytes');
    content.end();
    expect(await whole).to.have.length(1000);
  });

  it('ends as its source does, and the source as it does', async () => {
    const broken = open(10);
    const seen = buffer(broken.told.content).catch((error: Error) => error.message);
    broken.content.destroy(new Error('gone'));
    expect(await seen).to.equal('gone');

    const left = open(10);
    left.told.content.destroy();
    await new Promise((resolve) => left.content.once('close', resolve));
  });
});
