import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  deploymentsFor,
  FirstVersionListed,
  UnreadableDeployments,
} from '../../../indexer/contract/deployments.ts';

const FIRST = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const SECOND = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const THIRD = '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0';

describe('deploymentsFor', () => {
  let root: string;
  let dirs: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'stream-host-deployments-'));
    dirs = [join(root, 'deployments'), join(root, 'data', 'deployments')];
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  for (const [what, text] of [
    ['no JSON', '[{'],
    ['another shape', '[{"address":"0x00"}]'],
    ['an address that is none', JSON.stringify([record('0x1234')])],
  ] as const) {
    it(`names the file that holds ${what}`, async () => {
      const file = await write(0, 'sepolia', text);
      const error = await deploymentsFor({ chainId: 1, dirs }).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(UnreadableDeployments).and.include({ file });
    });
  }

  it('names what stands in the place of the folder', async () => {
    const file = join(root, 'deployments');
    await writeFile(file, '');
    const error = await deploymentsFor({ chainId: 1, dirs }).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(UnreadableDeployments).and.include({ file });
  });

  it("says how to start anew where the contract's first version is listed", async () => {
    const inputs = [{ name: 'metered', type: 'bool' }];
    const abi = [{ type: 'event', name: 'ContentPublished', inputs }];
    await write(0, 'sepolia', JSON.stringify([{ ...record(FIRST), abi }]));
    const error = await deploymentsFor({ chainId: 31337, dirs }).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(FirstVersionListed);
    expect(String(error)).to.include(FIRST).and.include('to start anew');
  });

  it('finds none where no folder is', async () => {
    expect(await deploymentsFor({ chainId: 1, dirs })).to.deep.equal([]);
  });

  it('lists those of the chain and contract asked for, the newest last, from every folder', async () => {
    await write(0, 'sepolia', JSON.stringify([record(FIRST), record(SECOND, { chainId: 1 })]));
    await write(1, 'localhost', JSON.stringify([record(THIRD), record(SECOND, { contract: 'Other' })]));
    const found = await deploymentsFor({ chainId: 31337, dirs });
    expect(found).to.deep.equal([record(FIRST), record(THIRD)]);
    expect(await deploymentsFor({ chainId: 1, dirs })).to.deep.equal([record(SECOND, { chainId: 1 })]);
  });

  it('lists an address once, as listed last', async () => {
    const again = record(FIRST, { blockNumber: 9 });
    await write(1, 'localhost', JSON.stringify([record(FIRST), record(SECOND), again]));
    expect(await deploymentsFor({ chainId: 31337, dirs })).to.deep.equal([record(SECOND), again]);
  });

  it('shows addresses checksummed, however they are written', async () => {
    await write(0, 'localhost', JSON.stringify([record(FIRST.toLowerCase())]));
    expect(await deploymentsFor({ chainId: 31337, dirs })).to.deep.equal([record(FIRST)]);
  });

  async function write(dir: number, network: string, text: string): Promise<string> {
    const file = join(dirs[dir] ?? root, `${network}.json`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
    return file;
  }
});

function record(address: string, change: object = {}) {
  return {
    contract: 'StreamHost',
    address,
    blockNumber: 1,
    txHash: `0x${'ab'.repeat(32)}`,
    initCodeHash: `0x${'cd'.repeat(32)}`,
    args: [20, 10],
    chainId: 31337,
    abi: [{ type: 'constructor' }],
    ...change,
  };
}
