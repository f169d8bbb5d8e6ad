import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { bytesOf, CHUNK, collect, KUBO_VECTORS } from '../indexer/media/content.ts';
import { type Ended, runNode } from './run.ts';

const VIDEO_CID = 'bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u';

describe('npm run cid', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-cid-'));
  });
  after(() => rm(folder, { recursive: true }));

  const cidFrom = (folder: string, ...args: string[]): Promise<Ended> =>
    runNode(['scripts/cid.ts', ...args], { INIT_CWD: folder });
  const cid = (...args: string[]) => cidFrom('', ...args);
  const fileNamed = async (name: string, content: Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it('prints the CID that an upload of the file has', async () => {
    const { how, stdout, stderr } = await cid('data/video.mp4');
    expect({ how, stdout, stderr }).to.deep.equal({
      how: 0,
      stdout: `${VIDEO_CID}  data/video.mp4\n`,
      stderr: '',
    });
  });

  it('finds files from the folder in which npm was called', async () => {
    expect((await cidFrom(resolve('data'), 'video.mp4')).stdout).to.equal(`${VIDEO_CID}  video.mp4\n`);
  });

  it('gives every file a line, with the CID that ipfs add --cid-version=1 gives it', async () => {
    const lines: string[] = [];
    for (const [index, { content, cid }] of KUBO_VECTORS.entries()) {
      lines.push(`${cid}  ${await fileNamed(`${index} of many`, await collect(content()))}\n`);
    }
    const paths = KUBO_VECTORS.map((_, index) => join(folder, `${index} of many`));
    expect((await cid(...paths)).stdout).to.equal(lines.join(''));
  });

  it('tells of files that it can not read in a line each, and goes on with the others', async () => {
    const sound = await fileNamed('sound', bytesOf(0, CHUNK));
    const absent = join(folder, 'absent');
    await mkdir(join(folder, 'sub'));
    const { how, stdout, stderr } = await cid(absent, join(folder, 'sub'), sound);
    expect(how).to.equal(1);
    expect(stdout).to.equal(`bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy  ${sound}\n`);
    expect(stderr).to.equal(
      `${absent}: there is no such file\n${join(folder, 'sub')}: is a folder, not a file\n`,
    );
  });

  it('says how it is called when no file is named, and when asked', async () => {
    const none = await cid();
    expect(none.how).to.equal(1);
    expect(none.stderr).to.match(/^Usage: npm run cid -- FILE\.\.\.\n/);
    const help = await cid('--help');
    expect(help.how).to.equal(0);
    expect(help.stdout).to.match(/^Usage: npm run cid -- FILE\.\.\.\n/);
  });

  it('takes no option that it does not know', async () => {
    const { how, stderr } = await cid('--offline', 'data/video.mp4');
    expect(how).to.equal(1);
    expect(stderr).to.match(/^Unknown option '--offline'.*\n$/);
  });
});
