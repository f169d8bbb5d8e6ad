import { expect } from 'chai';
import { toQuantity } from 'ethers';
import { ContractWallet__factory } from '../../../types/ethers-contracts/factories/mocks/ContractWallet__factory.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, expectProblem } from './api.ts';
import { demanded, PAYER, type Playing, PRICE, type Sold, STRANGER, startPlaying } from './playing.ts';

type Fields = Record<string, unknown>;
type How = NonNullable<Parameters<Playing['access']>[1]>;

const ZEROS = `0x${'0'.repeat(64)}`;

describe('POST /play/{cid}/access', () => {
  let host: Playing;
  let film: Sold;
  before(async () => {
    host = await startPlaying();
    film = await host.sold();
    await host.pay(film);
  });
  after(() => host.stop());

  const exchanged = async (how: How = {}, of = film) => host.exchange(of, await host.access(of, how));
  const nowSec = () => host.api.deps.nowSec();

  it('answers a token, until when it is good, and where the file plays', async () => {
    const { status, body, headers } = await exchanged();
    expect(status).to.equal(200);
    expect(body.token).to.match(/^[\w-]{22}$/);
    expect(body.play_url).to.equal(`${host.api.url}/play/~${body.token}/${film.cid}`);
    expect(body.until_sec).to.be.within(nowSec() + 86_000, nowSec() + 86_400);
    expect(headers.get('cache-control')).to.equal('no-store');
    expect((await fetch(String(body.play_url))).status).to.equal(200);
  });

  it('takes one that ends in five minutes, names the deployment, or is signed in any spelling', async () => {
    expect((await exchanged({ sent: { expires_at_sec: nowSec() + 300 } })).status).to.equal(200);
    const body = await host.access(film, { sent: { contract: host.contract.toLowerCase() } });
    const account = String(body.account).toLowerCase();
    const signature = String(body.signature).slice(2);
    expect((await host.exchange(film, { ...body, account, signature })).status).to.equal(200);
  });

  describe('402 access_invalid', () => {
    const refusals: [what: string, how: () => How, field: string][] = [
      ['signed by another wallet', () => ({ signer: host.api.wallet(STRANGER) }), 'signature'],
      [
        "another's, under its own name",
        () => ({ signed: { account: host.api.wallet(STRANGER).address } }),
        'signature',
      ],
      ['for another provider', () => ({ sent: { provider: host.api.wallet(STRANGER).address } }), 'provider'],
      ['for another audience', () => ({ sent: { audience: 'https://other.example.org' } }), 'audience'],
      [
        'signed for another audience',
        () => ({ signed: { audience: 'https://other.example.org' } }),
        'signature',
      ],
      ['for another content', () => ({ sent: { content_id: ZEROS } }), 'content_id'],
      ['signed for another content', () => ({ signed: { contentId: ZEROS } }), 'signature'],
      ['at another contract', () => ({ sent: { contract: host.api.older } }), 'contract'],
      ['signed for another contract', () => ({ domain: { verifyingContract: host.api.older } }), 'signature'],
      ['signed for another chain', () => ({ domain: { chainId: 1 } }), 'signature'],
      ['signed in another domain', () => ({ domain: { name: 'Another' } }), 'signature'],
      ['that is over', () => ({ sent: { expires_at_sec: nowSec() - 1 } }), 'expires_at_sec'],
      [
        'more than five minutes ahead',
        () => ({ sent: { expires_at_sec: nowSec() + 310 } }),
        'expires_at_sec',
      ],
      ['signed for longer', () => ({ signed: { expiresAtSec: nowSec() + 299 } }), 'signature'],
      ['signed with another nonce', () => ({ signed: { nonce: ZEROS } }), 'signature'],
    ];
    for (const [what, how, field] of refusals) {
      it(`${what}: ${field}`, async () => {
        const answer = await exchanged(how());
        const { example } = expectProblem(answer, 402, 'access_invalid', field);
        expect(demanded(answer.headers)).to.deep.include({ error: 'access_invalid' });
        if (['signature'].includes(field)) return;
        // What would have worked is shown, and works.
        expect((await exchanged({ sent: { [field]: example } })).status).to.equal(200);
      });
    }

    it('used before, with whatever signature, and its token stays', async () => {
      const body = await host.access(film);
      const { body: first } = await host.exchange(film, body);
      const again = await host.access(film, { sent: { nonce: String(body.nonce) } });
      for (const used of [body, again])
        expectProblem(await host.exchange(film, used), 402, 'access_invalid', 'nonce');
      expect((await fetch(String(first.play_url))).status).to.equal(200);
    });

    it('sent many times at once: one token', async () => {
      const body = await host.access(film);
      const answers = await Promise.all(Array.from({ length: 12 }, () => host.exchange(film, body)));
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    });
  });

  it('402 payment_required for who has not paid, and what it signed is not used up', async () => {
    const body = await host.access(film, { by: STRANGER });
    const answer = expectProblem(await host.exchange(film, body), 402, 'payment_required', 'cid');
    expect(answer).to.not.have.property('token');
    await host.pay(film, { by: STRANGER });
    expect((await host.exchange(film, body)).status).to.equal(200);
  });

  const malformed: [what: string, change: Fields, code: 'invalid_field' | string, field: string][] = [
    ['a number as account', { account: 1 }, 'bad_address', 'account'],
    ['nobody as account', { account: `0x${'0'.repeat(40)}` }, 'bad_address', 'account'],
    ['a path as audience', { audience: 'https://host.example.org/play' }, 'invalid_field', 'audience'],
    ['a short nonce', { nonce: '0x12' }, 'invalid_field', 'nonce'],
    ['half a second', { expires_at_sec: 1.5 }, 'bad_deadline', 'expires_at_sec'],
    ['a time as text', { expires_at_sec: 'soon' }, 'bad_deadline', 'expires_at_sec'],
    ['a short id', { content_id: '0x12' }, 'bad_content_id', 'content_id'],
    ['no signature', { signature: undefined }, 'missing_field', 'signature'],
    ['a short signature', { signature: '0x12' }, 'bad_signature', 'signature'],
    ['another field', { tx_hash: ZEROS }, 'unknown_field', 'tx_hash'],
  ];
  for (const [what, change, code, field] of malformed) {
    it(`400 ${code}: ${what}`, async () => {
      const answer = await host.exchange(film, { ...(await host.access(film)), ...change });
      expect([answer.status, answer.body.code, answer.body.field]).to.deep.equal([400, code, field]);
    });
  }

  it('404 for what is not offered', async () => {
    const other = await host.published();
    await host.api.settled();
    expectProblem(await exchanged({}, other), 404, 'not_offered', 'cid');
  });

  it('takes the word of a smart wallet (ERC-1271) that has paid', async () => {
    const { provider } = host.api.chain;
    const owner = host.api.wallet(PAYER);
    const wallet = await new ContractWallet__factory(owner).deploy(owner.address);
    const account = await wallet.getAddress();
    await provider.send('hardhat_setBalance', [account, toQuantity(10n * PRICE)]);
    await provider.send('hardhat_impersonateAccount', [account]);
    const data = StreamHost__factory.createInterface().encodeFunctionData('payView', [
      ...[film.contentId, host.seller],
      ...[1, PRICE],
    ] as [string, string, number, bigint]);
    const payment = { from: account, to: host.contract, data, value: toQuantity(PRICE), gasPrice: '0x0' };
    const hash = await provider.send('eth_sendTransaction', [payment]);
    await provider.waitForTransaction(hash);
    await host.api.settled();
    const signed = await host.access(film, { sent: { account } as Fields });
    expect((await host.exchange(film, signed)).status).to.equal(200);
    const forged = await host.access(film, {
      signer: host.api.wallet(STRANGER),
      sent: { account } as Fields,
    });
    expectProblem(await host.exchange(film, forged), 402, 'access_invalid', 'signature');
  });

  describe('records that lag behind the chain', () => {
    it('catch up before it says that nobody has paid', async () => {
      const other = await host.sold();
      const { chain } = host.api.deps;
      const head = chain.head;
      // The payment comes into a block when the first look into the records is over.
      chain.head = async () => {
        chain.head = head;
        const value = { value: PRICE };
        await (await host.api.as(PAYER).payView(other.contentId, host.seller, 1, PRICE, value)).wait();
        return await head();
      };
      expect((await exchanged({}, other)).status).to.equal(200);
      expect(chain.head).to.equal(head);
    });

    it('503 mirror_behind where they can not, within ten seconds', async () => {
      const other = await host.sold();
      const { chain } = host.api.deps;
      const { waitFor, head } = chain;
      let patience: number | undefined;
      chain.waitFor = async (_block, { timeoutMs } = {}) => {
        patience = timeoutMs;
        throw new Error('not in time');
      };
      const late = await exchanged({}, other);
      chain.waitFor = waitFor;
      chain.head = async () => await Promise.reject(new Error('no node'));
      const dead = await exchanged({}, other);
      chain.head = head;
      expect(patience).to.equal(10_000);
      for (const answer of [late, dead]) {
        expectProblem(answer, 503, 'mirror_behind');
        expect(answer.headers.get('retry-after')).to.equal('2');
      }
    });

    it('tell nobody with a token to pay again, nor that nothing is offered', async () => {
      const other = await host.sold();
      const snapshot = await host.api.chain.provider.send('evm_snapshot', []);
      await host.pay(other);
      const token = await host.token(other);
      await host.api.chain.provider.send('evm_revert', [snapshot]);
      await host.api.chain.provider.send('evm_mine', []);
      await host.api.settled();
      const { status } = host.api.deps.chain;
      host.api.deps.chain.status = () => ({ ...status(), synced: false });
      const answers = [
        `/play/~${token}/${other.cid}`,
        `/play/bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am`,
      ];
      for (const path of answers) expectProblem(await host.api.get(path), 503, 'mirror_behind');
      host.api.deps.chain.status = status;
      // A node that is slow may have left them behind indeed.
      const level = await eventually(
        () => host.api.get(answers[0] ?? ''),
        (answer) => answer.status !== 503,
      );
      expectProblem(level, 402, 'payment_required', 'cid');
    });
  });
});
