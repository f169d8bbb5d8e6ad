import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { randomBytes } from 'ethers';
import { eventually, type HostProcess } from './host.ts';
import { type ProvideWorld, startProvideWorld } from './provide-world.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed while it takes a file and registers its stream. */
const POINTS = [
  'upload.written', // all blocks are on the disk, and nothing keeps them
  'providing.noted', // it is known what for
  'upload.pinned', // kept
  'providing.kept',
  'serving.wished',
  'serving.authorized', // its nonce stands, nothing is signed
  'relay.reserved',
  'relay.signed', // recorded, not sent
  'relay.sent', // sent, nobody waits for the block
  'relay.mined', // mined, not answered
  'serving.written',
];
/** And while it ends the stream and removes the file. */
const STOP_POINTS = [
  'serving.wished',
  'relay.signed',
  'relay.sent',
  'serving.written',
  'providing.leaving',
  'providing.removed',
];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_129);

describe(`npm run provide, with the host killed by SIGKILL (seed ${SEED})`, () => {
  let world: ProvideWorld;
  let file: string;
  before(async () => {
    world = await startProvideWorld();
    file = join(world.b.dataDir, 'video.mp4');
  });
  after(() => world?.stop());

  async function newFile() {
    const content = new Uint8Array(randomBytes(700_000));
    await writeFile(file, content);
    return await world.publish(content);
  }
  /** Runs the script against a host that dies on the way. */
  async function killedAt(point: string, args: string[]): Promise<void> {
    const doomed = await world.startB({ CRASH_AT: point });
    const { how } = await world.provide(args);
    expect(how, point).to.equal(1);
    expect(await doomed.gone, point).to.equal('SIGKILL');
  }
  const sentByB = () => world.chain.provider.getTransactionCount(world.b.operator.address);
  const servedAt = async (host: HostProcess, cid: string) =>
    expect(await world.streamsOfB(cid)).to.deep.equal([`${host.url}/play/${cid}`]);

  for (const point of shuffled(POINTS, SEED).slice(0, KILLS)) {
    it(`at ${point}: run again it goes on, with one transaction and one file`, async () => {
      const { cid, contentId } = await newFile();
      const sentBefore = await sentByB();
      // The address that is registered has to be the same after the start.
      const url = 'https://b.example';
      const at = { PUBLIC_URL: url };
      const doomed = await world.startB({ ...at, CRASH_AT: point });
      expect((await world.provide([cid, '--file', file])).how).to.equal(1);
      expect(await doomed.gone).to.equal('SIGKILL');

      const host = await world.startB(at);
      const again = await world.provide([cid, '--file', file]);
      expect(again.how, again.stderr).to.equal(0);
      expect(await world.streamsOfB(cid)).to.deep.equal([`${url}/play/${cid}`]);
      expect(await world.writesOfB(contentId)).to.equal(1);
      expect(await sentByB()).to.equal(sentBefore + 1);
      const stopped = await world.provide(['--stop', cid]);
      expect(stopped.how, stopped.stderr).to.equal(0);
      await world.expectNothingLeft();
      await host.end('SIGTERM');
    });
  }

  it('once the file is kept the host goes on by itself; before, nothing of it is left', async () => {
    for (const [point, isServed] of [
      ['upload.written', false],
      ['providing.kept', true],
    ] as const) {
      const { cid } = await newFile();
      await killedAt(point, [cid, '--file', file]);
      const host = await world.startB();
      if (isServed) {
        await eventually(
          20_000,
          () => world.streamsOfB(cid),
          ({ length }) => length > 0,
        );
        await servedAt(host, cid);
        await world.provide(['--stop', cid]);
      }
      await world.expectNothingLeft();
      await host.end('SIGTERM');
    }
  });

  for (const point of shuffled(STOP_POINTS, SEED).slice(0, Math.ceil(KILLS / 2))) {
    it(`--stop, at ${point}: the host ends it by itself after its start, with one transaction`, async () => {
      const { cid, contentId } = await newFile();
      const host = await world.startB();
      expect((await world.provide([cid, '--file', file])).how).to.equal(0);
      await host.end('SIGTERM');
      // Another port: streams at the old address are not its own any more, so both have one address.
      const sentBefore = await sentByB();
      const port = new URL(host.url).port;
      const doomed = await world.startB({ PORT: port, CRASH_AT: point });
      expect((await world.provide(['--stop', cid])).how).to.equal(1);
      expect(await doomed.gone).to.equal('SIGKILL');

      const restarted = await world.startB({ PORT: port });
      await world.expectNothingLeft();
      expect(await world.streamsOfB(cid)).to.deep.equal([]);
      expect(await world.writesOfB(contentId)).to.equal(2);
      expect(await sentByB()).to.equal(sentBefore + 1);
      await restarted.end('SIGTERM');
    });
  }
}).timeout(180_000);
