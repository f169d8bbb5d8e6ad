import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { type Answer, expectProblem } from './api.ts';
import { type SignedHost, type SignedWrite, startSigned } from './signed-writes.ts';
import { authorize, type Forgery, waysOn } from './signing.ts';

const WRITES = ['publish', 'schedule', 'cancel', 'retire', 'register', 'move', 'deregister'] as const;

describe('off the embedded chain, a write', () => {
  let on: SignedHost;
  before(async () => {
    on = await startSigned();
  });
  after(() => on.api.stop());

  for (const name of WRITES) {
    describe(`that would ${name}`, () => {
      let write: SignedWrite;
      before(async () => {
        write = await on.writes[name]();
        await on.api.settled();
      });

      /** Sends it and expects that nothing at all has changed. */
      async function refused(send: () => Promise<Answer>, status: number, code: Code, field: string) {
        const before = await on.api.state();
        const body = expectProblem(await send(), status, code, field);
        expect(await on.api.state()).to.deep.equal(before);
        expect(body).to.have.property('transaction');
        return body;
      }
      const authorized = async (forged: Forgery = {}, signer = write.signer) =>
        authorize(on.api.wallet(signer), waysOn(await on.send(write)).typed_data, forged);

      it('is refused without a signature, and shown what to sign and what to send', async () => {
        const body = await refused(() => on.send(write), 401, 'signature_required', 'signature');
        const { typed_data, transaction } = waysOn({ body } as Answer);
        const { address } = on.api.wallet(write.signer);
        expect(typed_data.message.account).to.equal(address.toLowerCase());
        expect(transaction).to.include({
          from: address,
          to: on.api.chain.facts.contract,
          chain_id: 31_337,
        });
        expect(body.relayed).to.equal(true);
      });

      it("is refused with another wallet's signature", async () => {
        const more = await authorized({}, 4);
        await refused(() => on.send(write, more), 401, 'signature_invalid', 'signature');
      });

      it('is refused with a signature for another chain', async () => {
        const more = await authorized({ domain: { chainId: 1 } });
        await refused(() => on.send(write, more), 401, 'signature_invalid', 'signature');
      });

      it('is refused with a signature for another contract', async () => {
        const more = await authorized({ domain: { verifyingContract: on.api.older } });
        await refused(() => on.send(write, more), 401, 'signature_invalid', 'signature');
      });

      for (const what of ['nonce', 'deadline'] as const) {
        it(`is refused with another ${what} than was signed`, async () => {
          const more = await authorized();
          const changed = { ...more, [what]: String(BigInt(more[what]) + 1n) };
          await refused(() => on.send(write, changed), 401, 'signature_invalid', 'signature');
        });
      }

      it('is refused with anything else than was signed', async () => {
        const more = await authorized();
        for (const [what, { path = write.path, body = {} }] of write.changed) {
          const changed = { ...write, path, body: { ...write.body, ...body } };
          const body_ = await refused(() => on.send(changed, more), 401, 'signature_invalid', 'signature');
          expect(body_.code, what).to.equal('signature_invalid');
        }
      });

      it('is refused after the deadline, and so close to it that no block may come in time', async () => {
        for (const leftSec of [-1, 20]) {
          const deadline = String(Math.floor(Date.now() / 1000) + leftSec);
          const more = await authorized({ message: { deadline } });
          await refused(() => on.send(write, more), 401, 'signature_expired', 'deadline');
        }
      });

      it('is carried out with the signature of its wallet, once however often it is sent', async () => {
        const more = await authorized();
        const before = await on.api.head();
        const answers = await Promise.all([1, 2, 3].map(() => on.send(write, more)));
        for (const { status, body } of answers) expect(status, JSON.stringify(body)).to.equal(200);
        expect(await on.api.head()).to.equal(before + 1);
        expect(await write.stands()).to.equal(true);
        expect((await on.send(write, more)).status).to.equal(200);
        expect(await on.api.head()).to.equal(before + 1);
      });

      it('is refused when it is replayed after it was undone', async () => {
        write = await on.writes[name]();
        const more = await authorized();
        expect((await on.send(write, more)).status).to.equal(200);
        await write.undo();
        await refused(() => on.send(write, more), 409, 'nonce_used', 'nonce');
        expect(await write.stands()).to.equal(false);
      });
    });
  }
});
