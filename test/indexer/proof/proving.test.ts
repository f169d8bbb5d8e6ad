import { expect } from 'chai';
import type { NamedEndpoint } from '../../../indexer/proof/block/prover.ts';
import { createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import { createFaultyRpc, type Fault } from '../sync/faults.ts';
import { until } from '../sync/until.ts';
import { silent, startWorld, type World } from '../sync/world.ts';

type Answer = Record<string, unknown>;

describe('records that are proven behind the tip', () => {
  let world: World;
  let contentId: string;
  let warnings: [Answer, string][];
  const warn = (...[facts, words]: unknown[]) => void warnings.push([facts as Answer, String(words)]);
  const log = { ...silent, warn };
  beforeEach(async () => {
    warnings = [];
    world = await startWorld();
    contentId = await world.publish();
    for (let nth = 0; nth < 3; nth++) await world.pay(contentId);
  });
  afterEach(() => world.close());

  function endpoint(name: string, fault: Fault | null = null): NamedEndpoint {
    const rpc = createFaultyRpc(createProviderRpc(world.node.provider));
    rpc.disturb(fault);
    return { name, rpc };
  }
  const start = (endpoints: NamedEndpoint[], options: object = {}) =>
    world.startIndexer({ proof: { endpoints, pauseMs: 0 }, log, ...options });
  const warned = (words: string) => warnings.filter(([, said]) => said.includes(words));
  /** Where `isLying` says so, the last log of the contract is told twice, in receipts too: no bloom shows that. */
  const doubled =
    (isLying: () => boolean): Fault =>
    async ({ method, params }, answer) => {
      const answered = (await answer()) as Answer | Answer[];
      if (!isLying()) return answered;
      if (method === 'eth_getLogs' && !('topics' in (params[0] as object)))
        return twice(answered as Answer[]);
      if (method !== 'eth_getTransactionReceipt') return answered;
      const receipt = answered as Answer;
      return { ...receipt, logs: twice(receipt.logs as Answer[]) };
    };

  it('are so up to the last final block, over restarts', async () => {
    const first = await start([endpoint('one')]);
    await until('proven', () => {
      const { verifiedTo, indexed } = first.indexer.status();
      return verifiedTo !== null && verifiedTo === indexed;
    });
    const { verifiedTo } = first.indexer.status();
    await first.stop();
    const silentNow = endpoint('one', async () => null);
    const second = await start([silentNow], { path: first.path });
    expect(second.indexer.status().verifiedTo).to.equal(verifiedTo);
    expect(warned('provably')).to.deep.equal([]);
  });

  it('are read again where they provably differ, though no bloom shows it', async () => {
    const expected = await world.fromScratch();
    world.rpc.disturb(doubled(() => warned('provably').length === 0));
    const process = await start([endpoint('honest')]);
    await until('a difference', () => warned('provably').length > 0);
    await until('repaired', () => {
      const { synced, verifiedTo, indexed } = process.indexer.status();
      return synced && verifiedTo === indexed;
    });
    expect(await process.settled()).to.deep.equal(expected);
    expect(world.rpc.switches).to.be.greaterThan(0);
  });

  it('name an endpoint whose answer is not what another one proves', async () => {
    const process = await start([
      endpoint(
        'liar',
        doubled(() => true),
      ),
      endpoint('honest'),
    ]);
    await until('proven', () => process.indexer.status().verifiedTo === process.indexer.status().indexed);
    expect(warned('proven to be wrong').map(([facts]) => facts.endpoint))
      .to.include('liar')
      .and.not.include('honest');
  });

  it('are not proven past what is unknown, and stay ready', async () => {
    const fork: Fault = async ({ method }, answer) => {
      const answered = (await answer()) as Answer;
      return method === 'eth_getBlockByNumber'
        ? { ...answered, gasUsed: '0x1', slotNumber: '0x1' }
        : answered;
    };
    const process = await start([endpoint('one', fork)]);
    await until('a word', () => warned('does not go on').length > 0);
    const [stopped] = warned('does not go on');
    expect(String(stopped?.[0].err)).to.contain('unknown: block');
    await until('ready', () => process.indexer.status().synced);
    expect(process.indexer.status().verifiedTo).to.equal(world.contract.startBlock - 1);
  });
});

function twice(logs: Answer[]): Answer[] {
  const last = logs.at(-1);
  return last ? [...logs, { ...last, logIndex: `0x${(Number(last.logIndex) + 1).toString(16)}` }] : logs;
}
