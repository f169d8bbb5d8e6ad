import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { newRecipient, RecipientUnfit, sealTo } from '../../../../indexer/playback/grants/box.ts';
import { rejection } from '../../../rejection.ts';
import { CID, CONTENT_ID, CONTRACT, PROVIDER } from '../../store/samples.ts';

const OF = { chainId: 1, contract: CONTRACT, contentId: CONTENT_ID, cidKey: CID, provider: PROVIDER };

describe('a secret in a box', () => {
  const secret = Uint8Array.from(randomBytes(32));

  it('opens for its recipient, whoever spells the addresses how, and shows nothing of it', async () => {
    const recipient = await newRecipient();
    const box = await sealTo(recipient.publicKey, secret, { ...OF, contract: CONTRACT.toUpperCase() });
    expect(box.enc).to.have.length(32);
    expect(box.ciphertext).to.have.length(48);
    expect(await recipient.open(box, OF)).to.deep.equal(secret);
    const again = await sealTo(recipient.publicKey, secret, OF);
    expect(Buffer.compare(again.ciphertext, box.ciphertext)).to.not.equal(0);
    expect(JSON.stringify(recipient)).to.equal(JSON.stringify({ publicKey: recipient.publicKey }));
  });

  it('opens for nobody else, and for nothing else', async () => {
    const recipient = await newRecipient();
    const box = await sealTo(recipient.publicKey, secret, OF);
    await rejection((await newRecipient()).open(box, OF));
    const others = {
      chainId: 2,
      contract: PROVIDER,
      contentId: `0x${'01'.repeat(32)}`,
      cidKey: 'b',
      provider: CONTRACT,
    };
    for (const [name, value] of Object.entries(others)) {
      await rejection(recipient.open(box, { ...OF, [name]: value }));
    }
    const changed = Uint8Array.from(box.ciphertext);
    changed[0] = (changed[0] ?? 0) ^ 1;
    await rejection(recipient.open({ ...box, ciphertext: changed }, OF));
  });

  it('is not sealed to what is no public key', async () => {
    for (const recipient of [`0x${'00'.repeat(32)}`, `0x01${'00'.repeat(31)}`])
      expect(await rejection(sealTo(recipient, secret, OF))).to.be.instanceOf(RecipientUnfit);
  });

  it('is no secret where it has another length', async () => {
    const recipient = await newRecipient();
    await rejection(recipient.open(await sealTo(recipient.publicKey, secret.subarray(1), OF), OF));
  });
});
