import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFile } from '../ffmpeg-sources.ts';
import { framesOf } from '../played.ts';
import { describePlayer } from './player.suite.ts';

/** Of what VLC writes to a file the last pictures may be missing. It is to play to the second. */
const SLACK = 24;
/** VLC does not run as root. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

describePlayer('VLC', { play: playInVlc, slack: SLACK });

/** VLC without a screen writes what it plays to a file, as it came. */
async function playInVlc(url: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'vlc-'));
  const file = join(home, 'played.ts');
  const sink = `#std{access=file,mux=ts,dst=${file}}`;
  const [command = '', ...args] = [
    ...(process.getuid?.() === 0 ? AS_NOBODY : []),
    ...['cvlc', '--intf', 'dummy', '--play-and-exit', '--sout', sink, url, 'vlc://quit'],
  ];
  try {
    await chmod(home, 0o777);
    await runFile(command, args, { env: { PATH: process.env.PATH, HOME: home }, timeout: 50_000 });
    return await framesOf(file);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
