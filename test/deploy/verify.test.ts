import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { node, ROOT, runChild } from '../child.ts';
import { type Anvil, startAnvil } from '../e2e/anvil.ts';

const HARDHAT = join(ROOT, 'node_modules/hardhat/dist/src/cli.js');

interface Sent {
  contractIdentifier: string;
  compilerVersion: string;
  creationTransactionHash: string;
  stdJsonInput: { settings: { viaIR: boolean }; sources: Record<string, { content: string }> };
}

/** Takes what is sent as Sourcify's API does (docs.sourcify.dev, version 2): the public one is not asked by tests. */
class Sourcify implements AsyncDisposable {
  readonly verified = new Map<string, Sent>();
  /** With what it refuses everything. */
  down: number | null = null;
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (req, res) => {
      const [, , what, chain, address = ''] = (req.url ?? '').split('/');
      const answer = (status: number, body: object) =>
        res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      if (this.down !== null) return answer(this.down, { customCode: 'down', message: 'closed today' });
      const found = this.verified.has(address) ? 'match' : null;
      if (what === 'contract')
        return answer(found ? 200 : 404, {
          ...{ match: found, creationMatch: found, runtimeMatch: found },
          ...{ chainId: chain, address },
        });
      if (req.method === 'POST') {
        this.verified.set(address, (await json(req)) as Sent);
        return answer(202, { verificationId: 'one' });
      }
      const contract = { match: 'match' };
      return answer(200, { isJobCompleted: true, verificationId: 'one', jobStartTime: '', contract });
    });
  }

  async url(): Promise<string> {
    if (!this.#server.listening) await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose]() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const SEPOLIA = 11_155_111;

describe('npx hardhat deploy --verify', () => {
  let chain: Anvil;
  let folder: string;

  before(async () => {
    chain = await startAnvil({ chainId: SEPOLIA });
  });
  after(() => chain.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-deploy-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function deploy(sourcify: Sourcify, network: string) {
    const words = node(HARDHAT, 'deploy', '--network', network, '--verify');
    const { how, ...printed } = await runChild(words, {
      ETHERSCAN_API_KEY: '',
      PRIVATEKEY: publicTestAccounts()[0]?.privateKey ?? '',
      ETH_RPC_URL: chain.url,
      DATA_DIR: folder,
      DEPLOYMENTS_DIR: folder,
      SOURCIFY_URL: await sourcify.url(),
    });
    return { code: how, ...printed };
  }

  const recorded = async () => JSON.parse(await readFile(join(folder, 'sepolia.json'), 'utf8'))[0];

  it('puts the source at Sourcify, without a key, once', async () => {
    await using sourcify = new Sourcify();
    const first = await deploy(sourcify, 'sepolia');
    expect(first.stderr).to.equal('');
    expect(first.code).to.equal(0);
    const deployed = await recorded();
    const sent = sourcify.verified.get(deployed.address);
    expect(sent?.creationTransactionHash).to.equal(deployed.txHash);
    expect(sent?.contractIdentifier).to.match(/contracts\/StreamHost\.sol:StreamHost$/);
    expect(sent?.compilerVersion).to.match(/^v0\.8\.37\+commit/);
    expect(sent?.stdJsonInput.settings.viaIR).to.equal(true);
    const sources = Object.entries(sent?.stdJsonInput.sources ?? {});
    const own = sources.find(([name]) => name.endsWith('contracts/StreamHost.sol'))?.[1].content;
    expect(own).to.equal(await readFile(join(ROOT, 'contracts/StreamHost.sol'), 'utf8'));

    sourcify.verified.set(deployed.address, {} as Sent);
    expect(await deploy(sourcify, 'sepolia')).to.include({ code: 0, stderr: '' });
    expect(sourcify.verified.get(deployed.address)).to.deep.equal({});
  });

  it('says in one line, and ends with 1, where it is not taken: what is deployed stands', async () => {
    await using sourcify = new Sourcify();
    sourcify.down = 503;
    const { code, stderr } = await deploy(sourcify, 'sepolia');
    expect(code).to.equal(1);
    const deployed = await recorded();
    expect(stderr).to.match(
      new RegExp(`^StreamHost stands at ${deployed.address}, but sourcify did not take its source: .*\n$`),
    );
  });

  it('is refused before anything is deployed where SOURCIFY_URL is no address', async () => {
    await using sourcify = new Sourcify();
    sourcify.url = async () => 'sourcify.example.org/server';
    expect(await deploy(sourcify, 'sepolia')).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: 'SOURCIFY_URL is no address of http or https.\n',
    });
  });

  it('is refused for the development chain', async () => {
    await using sourcify = new Sourcify();
    expect(await deploy(sourcify, 'localhost')).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: 'Nobody looks up sources of the development chain.\n',
    });
  });
});
