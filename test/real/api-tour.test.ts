import { expect } from 'chai';
import { tourBlocks } from '../e2e/api-tour-calls.ts';
import { runBlock } from '../e2e/code-blocks.ts';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../e2e/host.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

describe("the API tour's calls, with Redis", () => {
  let redis: RedisServer;
  const folders: string[] = [];
  before(async () => {
    redis = await startRedis();
  });
  after(async () => {
    await redis?.close();
    await Promise.all(folders.map(removeFolder));
  });

  async function answers(env: Record<string, string>): Promise<string[]> {
    const dataDir = await dataFolder();
    folders.push(dataDir);
    const host = await startHost({ dataDir, env });
    try {
      const found: string[] = [];
      for (const block of tourBlocks()) {
        found.push(comparable(await runBlock(block, host), host));
      }
      return found;
    } finally {
      await host.end('SIGTERM');
    }
  }

  it('answer the same as without', async () => {
    const [plain, shared] = [await answers({}), await answers({ REDIS_URL: redis.url })];
    expect(plain).to.have.length.at.least(8);
    expect(shared).to.deep.equal(plain);
  }).timeout(180_000);
});

/** Without what differs between any two runs: times, hashes and the gas of their zero bytes, ports, folders. */
function comparable(text: string, { url, rpcUrl, dataDir }: HostProcess): string {
  return text
    .replaceAll(url, 'HOST')
    .replaceAll(rpcUrl, 'CHAIN')
    .replaceAll(dataDir, 'DATA')
    .replaceAll(/0x[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/gas 0\.\d+/g, 'gas GAS')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}
