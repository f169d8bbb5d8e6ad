import { expect } from 'chai';
import { Signature, Wallet } from 'ethers';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';

const ACCEPTED = `0x1626ba7e${'0'.repeat(56)}`;
const DIGEST = `0x${'11'.repeat(32)}`;

describe('a check of signatures', () => {
  const key = Wallet.createRandom();
  const { serialized, compactSerialized } = key.signingKey.sign(DIGEST);
  const contracts = createSignatureCheck({ batch: async () => [ACCEPTED] });
  const keys = createSignatureCheck({ batch: async () => ['0x'] });

  it("gives a key's signature as the contract takes it", async () => {
    for (const spelling of [serialized, compactSerialized])
      expect(await keys(key.address, DIGEST, spelling)).to.equal(serialized);
    expect(await keys(Wallet.createRandom().address, DIGEST, serialized)).to.equal(null);
  });

  it("leaves a smart wallet's bytes as they are, also where they look like a key's", async () => {
    const wallet = Wallet.createRandom().address;
    const approvedHash = `0x${'00'.repeat(12)}${'22'.repeat(20)}${'00'.repeat(32)}01`;
    const ofAnOwner = Signature.from(serialized).compactSerialized;
    for (const bytes of [approvedHash, ofAnOwner, `0x${'ff'.repeat(96)}`])
      expect(await contracts(wallet, DIGEST, bytes)).to.equal(bytes);
  });
});
