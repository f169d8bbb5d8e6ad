import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toBeHex, zeroPadValue } from 'ethers';
import { type Channel, OTHER_VIEWER, startSelling } from '../../indexer/http/selling.ts';

export const PREVIEW_SEC = 6;

/** A host that sells a video of two minutes by its keys, and what passes between it and a player. */
export async function startSoldVideo(source: string) {
  const selling = await startSelling();
  const { api } = selling;
  const video = await selling.packaged({ preview_sec: PREVIEW_SEC }, new Uint8Array(await readFile(source)));
  const wire = await startWire(api.url);
  let salts = 0;

  /** A viewer's deposit, which has bought these units. */
  async function bought(units: number[], of = video): Promise<Channel> {
    const channel = await selling.open({ salt: zeroPadValue(toBeHex(++salts), 32) });
    await selling.buy(of, channel, units, units.length);
    return channel;
  }

  return {
    bought,
    tokenOf: (channel: Channel) => selling.token(video, { channel }),
    /** What a viewer pastes into a player. */
    urlOf: (token: string) => `${wire.url}/play/~${token}/${video.cid}/master.m3u8`,
    /** How the host answered for keys since it was asked last: the units whose key it gave, and why it gave no other. */
    keysAnswered() {
      const asked = wire.passed.splice(0).filter(({ path }) => path.includes('/keys/'));
      const given = asked.filter(({ status }) => status === 200).map(({ path }) => path.split('/keys/')[1]);
      const refused = asked.filter(({ status }) => status !== 200).map(({ status }) => status);
      return { given: [...new Set(given)].map(Number), refused: [...new Set(refused)] };
    },
    /** A token of a wallet whose only payment is taken back by a reorganisation of the chain. */
    async undone(): Promise<string> {
      const snapshot = await api.chain.provider.send('evm_snapshot', []);
      await selling.pay(video, { by: OTHER_VIEWER, units: 2 });
      const token = await selling.token(video, { by: OTHER_VIEWER });
      await api.chain.provider.send('evm_revert', [snapshot]);
      await api.chain.provider.send('evm_mine', []);
      await api.settled();
      return token;
    },
    /** A token of a wallet that has both minutes of this video open, for another video. */
    async ofAnother(): Promise<string> {
      const other = await selling.packaged();
      await bought([0, 1]);
      await bought([0], other);
      return await selling.token(other);
    },
    async stop() {
      wire.close();
      await selling.stop();
    },
  };
}

export type SoldVideo = Awaited<ReturnType<typeof startSoldVideo>>;

/** Passes requests on to a host, and notes what was asked for and how it was answered. */
async function startWire(host: string) {
  const passed: { path: string; status: number }[] = [];
  const server = createServer(async ({ url: path = '/', headers }, response) => {
    const { range, 'user-agent': player = '' } = headers;
    const answer = await fetch(host + path, { headers: { 'user-agent': player, ...(range && { range }) } });
    passed.push({ path, status: answer.status });
    const length = answer.headers.get('content-length');
    const type = answer.headers.get('content-type') ?? 'application/octet-stream';
    response.writeHead(answer.status, { 'content-type': type, ...(length && { 'content-length': length }) });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ passed, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
