import { expect } from 'chai';
import { toQuantity } from 'ethers';
import { agreedOn, Disagreement } from '../../../../indexer/proof/block/agreed.ts';
import { type NamedEndpoint, type ProvenBlock, Prover } from '../../../../indexer/proof/block/prover.ts';
import { Unproven } from '../../../../indexer/proof/block/unproven.ts';
import { RpcError } from '../../../../indexer/rpc/errors.ts';
import { createProviderRpc } from '../../../../indexer/rpc/rpc.ts';
import type { BlockRef } from '../../../../indexer/store/rows.ts';
import { createFaultyRpc, type Fault } from '../../sync/faults.ts';
import { startWorld, type World } from '../../sync/world.ts';

type Answer = Record<string, unknown>;
const signal = new AbortController().signal;

describe('a proof from one hash', () => {
  let world: World;
  let top: BlockRef;
  let paid: number;

  before(async () => {
    world = await startWorld();
    const contentId = await world.publish();
    paid = await world.pay(contentId);
    for (let block = 0; block < 60; block++) await world.node.send('evm_mine');
    const header = (await world.node.send('eth_getBlockByNumber', 'latest', false)) as Answer;
    top = { number: Number(header.number), hash: String(header.hash) };
  });
  after(() => world.close());

  function endpoint(name: string, fault: Fault | null = null): NamedEndpoint {
    const rpc = createFaultyRpc(createProviderRpc(world.node.provider));
    rpc.disturb(fault);
    return { name, rpc };
  }
  async function proven(endpoints: NamedEndpoint[], from = world.contract.startBlock, begin = top) {
    const prover = new Prover(endpoints, [world.contract.address]);
    const blocks: ProvenBlock[] = [];
    for await (const some of prover.down(begin, from, signal)) blocks.push(...some);
    return { blocks, lies: prover.lies };
  }
  const failure = async (...args: Parameters<typeof proven>) =>
    await proven(...args).then(
      () => null,
      (error: unknown) => error,
    );
  const receiptsChanged =
    (change: (answer: Answer) => Answer): Fault =>
    async ({ method }, answer) =>
      method === 'eth_getTransactionReceipt' ? change((await answer()) as Answer) : await answer();
  /** Of one block by number alone. */
  const headerChanged =
    (block: number, change: (answer: Answer) => Answer): Fault =>
    async ({ method, params }, answer) => {
      const isIt = method === 'eth_getBlockByNumber' && params[0] === toQuantity(block);
      return isIt ? change((await answer()) as Answer) : await answer();
    };
  const withoutLogs = receiptsChanged((answer) => ({ ...answer, logs: [] }));

  it('holds every block down to the first, with the logs of the contracts', async () => {
    const { blocks, lies } = await proven([endpoint('one')]);
    const numbers = blocks.map(({ number }) => number);
    expect(numbers).to.deep.equal(Array.from({ length: numbers.length }, (_, below) => top.number - below));
    expect(numbers.at(-1)).to.equal(world.contract.startBlock);
    const logs = blocks.flatMap((block) => block.logs).toReversed();
    const filter = { fromBlock: '0x0', toBlock: 'latest', address: world.contract.address };
    const told = (await world.node.send('eth_getLogs', filter)) as Answer[];
    expect(logs.map(({ data, topics }) => ({ data, topics })).toSorted(byData)).to.deep.equal(
      told.map(({ data, topics }) => ({ data, topics })).toSorted(byData),
    );
    expect(blocks.filter(({ by }) => by === 'bloom').length).to.be.at.least(60);
    expect(lies).to.deep.equal([]);
  });

  it('takes no other block than that of the hash', async () => {
    const error = await failure([endpoint('one')], 0, { ...top, hash: `0x${'ab'.repeat(32)}` });
    expect(error).to.be.instanceOf(Unproven).with.property('word', 'wrong');
  });

  for (const [what, fault] of [
    ['receipts without a log', () => withoutLogs],
    [
      'receipts with another amount',
      () =>
        receiptsChanged((answer) => {
          const logs = (answer.logs as Answer[]).map((log) => ({ ...log, data: '0x01' }));
          return { ...answer, logs };
        }),
    ],
    [
      'a bloom that holds nothing',
      () => headerChanged(paid, (answer) => ({ ...answer, logsBloom: `0x${'00'.repeat(256)}` })),
    ],
    ['another parent', () => headerChanged(paid, (answer) => ({ ...answer, parentHash: answer.hash }))],
  ] as const)
    it(`stops at ${what}, and goes on by an endpoint that is right, naming the other`, async () => {
      const error = await failure([endpoint('liar', fault())]);
      expect(error).to.be.instanceOf(Unproven).with.property('word', 'wrong');
      const { blocks, lies } = await proven([endpoint('liar', fault()), endpoint('honest')]);
      expect(blocks.find(({ number }) => number === paid)?.logs).to.not.be.empty;
      expect(lies.map((lie) => lie.endpoint))
        .to.include('liar')
        .and.not.include('honest');
    });

  it('stops with the word "unknown" at a field of a coming fork, and at a type', async () => {
    const fork = headerChanged(paid, (answer) => ({ ...answer, slotNumber: '0x1', gasUsed: '0x1' }));
    const field = await failure([endpoint('one', fork)]);
    expect(field).to.be.instanceOf(Unproven).with.include({ word: 'unknown', block: paid });
    expect(String(field)).to.contain('slotNumber');
    const typed = receiptsChanged((answer) => ({ ...answer, type: '0x7a' }));
    const type = await failure([endpoint('one', typed)]);
    expect(type).to.be.instanceOf(Unproven).with.property('word', 'unknown');
    expect(String(type)).to.contain('0x7a');
  });

  it('begins where all endpoints that answer agree, and names all where they do not', async () => {
    const silent = endpoint('silent', async () => null);
    const agreed = await agreedOn([endpoint('one'), silent, endpoint('two')], top.number);
    expect(agreed).to.deep.equal({ ...top, by: 2 });
    const other = `0x${'ab'.repeat(32)}`;
    const fork = endpoint(
      'fork',
      headerChanged(top.number, (answer) => ({ ...answer, hash: other })),
    );
    const error = await agreedOn([endpoint('one'), fork], top.number).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(Disagreement);
    expect(String(error)).to.contain(`one says ${top.hash}, fork says ${other}`);
    expect(await agreedOn([silent], top.number).catch((cause: unknown) => cause)).to.be.instanceOf(RpcError);
  });

  it('calls nobody a liar who has no receipts, or does not answer', async () => {
    const silent: Fault = async ({ method }, answer) => {
      if (method === 'eth_getBlockByNumber') throw new RpcError('timeout', method, 'late');
      return await answer();
    };
    expect(await failure([endpoint('silent', silent)])).to.be.instanceOf(RpcError);
    const pruned = endpoint('pruned', async ({ method }, answer) =>
      method === 'eth_getTransactionReceipt' ? null : await answer(),
    );
    const { lies } = await proven([endpoint('silent', silent), pruned, endpoint('honest')]);
    expect(lies).to.deep.equal([]);
  });
});

function byData(a: { data: unknown; topics: unknown }, b: { data: unknown; topics: unknown }): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
