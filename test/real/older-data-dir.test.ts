import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { getBytes } from 'ethers';
import { openVideo, resume } from '../../client/index.ts';
import { memoryStorage } from '../../client/storage.ts';
import { type Anvil, startAnvil } from '../e2e/anvil.ts';
import { eventually, type HostProcess, startHost } from '../e2e/host.ts';
import { testWallet } from '../wallets.ts';
import { answerOf, lost, rowsOf } from './older/answers.ts';
import { ANVIL_ARGS, COMMIT, HOST_ENV, type Lived, SEPOLIA } from './older/past.ts';

const WAIT_MS = 60_000;
/** What tells of now: the head, the port, and the newest contract, which the development chain gets at each start. */
const OF_NOW = new Set(['indexed_block', 'rpc_url', 'contract']);
const isFree = (path: string) => (name: string) =>
  name === 'request_id' || (path === '/chain' && OF_NOW.has(name));
/** What the contract of this version can do. */
const OF_THE_NEWEST = new Set(['/abi']);

for (const chain of ['devchain', 'sepolia'] as const) {
  describe(`a DATA_DIR of ${COMMIT}, on ${chain},`, function () {
    this.timeout(180_000);
    let folder: string;
    let dataDir: string;
    let lived: Lived;
    let anvil: Anvil | undefined;
    let host: HostProcess;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'older-'));
      const archive = join(import.meta.dirname, 'older', `${chain}.tar.xz`);
      await promisify(execFile)('tar', ['-xJf', archive, '-C', folder, '--strip-components=1']);
      lived = JSON.parse(await readFile(join(folder, 'lived.json'), 'utf8'));
      dataDir = join(folder, 'data');
      host = await startHost({ dataDir, env: { ...HOST_ENV, ...(await chainEnv()) } });
      const isReady = async () => (await fetch(`${host.url}/readyz`)).ok;
      await eventually(WAIT_MS, isReady, (ready) => ready);
    });
    after(async () => {
      await host?.end('SIGTERM');
      await anvil?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function chainEnv(): Promise<Record<string, string>> {
      if (chain === 'devchain') return {};
      const state = join(folder, 'chain.json');
      anvil = await startAnvil({ chainId: SEPOLIA, args: [...ANVIL_ARGS, '--load-state', state] });
      const [PRIVATEKEY, DEPLOYMENTS_DIR] = [testWallet().privateKey, join(folder, 'deployments')];
      return { ETH_RPC_URL: anvil.url, PRIVATEKEY, DEPLOYMENTS_DIR };
    }

    it('was made by that version', () => {
      expect(lived.commit).to.equal(COMMIT);
    });

    it('starts, and every row of its book is there', () => {
      const counts = Object.entries(lived.rows).map(([table, rows]) => [table, rows.length] as const);
      expect(Object.fromEntries(counts)).to.include({ reports: 3, vouchers: 2, openings: 4, takedowns: 1 });
      // What was sent is forgotten once its block is final; that it was sent is not. What is packaged is measured again.
      const mayDiffer = new Set(['raw', 'measured_at']);
      expect(lost(lived.rows, rowsOf(dataDir), (name) => mayDiffer.has(name))).to.deep.equal([]);
    });

    it('answers every read as before', async () => {
      const asked = Object.entries(lived.answers).filter(([path]) => !OF_THE_NEWEST.has(path));
      expect(asked).to.have.length.above(100);
      expect(lived.answers[`/contents/${lived.named.cids[0]}/secret`]?.status).to.equal(200);
      expect(lived.answers['/vouchers']?.status).to.equal(200);
      const differing: string[] = [];
      for (const [path, before] of asked) {
        const found = lost(before, await answerOf(host, lived.named, path), isFree(path));
        differing.push(...found.map((each) => `${path} ${each}`));
      }
      expect(differing).to.deep.equal([]);
    });

    it('sells on where a viewer has stopped, under the same voucher, keys that are those of the CID', async () => {
      const { parties, video: of, keys, entries } = lived.bought;
      const options = { ...parties, storage: memoryStorage(new Map(entries)), facts: { host: host.url } };
      const channel = await resume(options);
      const spent = (await channel?.balance())?.spent ?? 0n;
      const unitPrice = spent / BigInt(Object.keys(keys).length);
      const at = { ...of, playUrl: `${host.url}/play/${of.cid}` };
      const video = await openVideo({ ...options, ...at, unitPrice, channel });
      const hashOf = (key: Uint8Array) => createHash('sha256').update(key).digest('hex');
      // What was bought then is open for a day: who asks for it later pays anew.
      for (const [unit, key] of Object.entries(keys)) {
        expect(hashOf(getBytes(key))).to.equal(video.content.keyHashes[Number(unit)]);
      }
      for (const unit of [3, 4]) {
        const key = (await video.fetchKeys([unit])).get(unit) ?? new Uint8Array();
        expect(hashOf(key)).to.equal(video.content.keyHashes[unit]);
      }
      expect((await channel?.balance())?.spent).to.equal(spent + 2n * unitPrice);
      const paid = ({ channel_id, items }: Record<string, unknown>) =>
        channel_id === channel?.id && String((JSON.parse(String(items)) as string[][])[0]?.[1]);
      const now = (rowsOf(dataDir).vouchers as Record<string, unknown>[]).map(paid);
      expect(now.filter(Boolean)).to.deep.equal(['5']);
    });
  });
}
