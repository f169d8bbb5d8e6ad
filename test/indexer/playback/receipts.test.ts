import { expect } from 'chai';
import { verifyTypedData, ZeroHash } from 'ethers';
import { accessDomain } from '../../../indexer/playback/access.ts';
import { createReceiptSigner, RECEIPT_TYPES } from '../../../indexer/playback/keys/receipts.ts';
import { testWallet } from '../../wallets.ts';

const [key, cold] = [testWallet(0), testWallet(5).address];
const [CONTRACT, OLDER] = [testWallet(8).address.toLowerCase(), testWallet(9).address.toLowerCase()];
const RECEIPT = {
  ...{ contentId: ZeroHash, unit: 3, keyHash: ZeroHash },
  ...{ payment: ZeroHash, payer: testWallet(3).address, issuedAtSec: 1_800_000_000 },
};

describe('createReceiptSigner()', () => {
  let sec = 0;
  let asked: string[];
  let delegate: string | null = null;
  beforeEach(() => {
    [asked, delegate, sec] = [[], null, 0];
  });
  const signing = (wallet: string | null) =>
    createReceiptSigner({
      wallet: key,
      provider: wallet === null ? null : { wallet },
      chainId: 1,
      nowSec: () => sec,
      contract: {
        async actsFor(contract, provider, by) {
          asked.push(contract);
          if (delegate === 'no answer') throw new Error('the node is away');
          return provider === by || delegate === by;
        },
      },
    });

  it('signs as the provider, in the domain of the contract', async () => {
    const signed = await signing(key.address)(RECEIPT, CONTRACT);
    const by = verifyTypedData(
      accessDomain(1, CONTRACT),
      { ...RECEIPT_TYPES },
      RECEIPT,
      signed?.signature ?? '',
    );
    expect(by).to.equal(key.address);
  });

  it('signs for a cold provider while the key is its delegate there, which the chain is asked once a minute', async () => {
    const sign = signing(cold);
    expect(await sign(RECEIPT, CONTRACT)).to.equal(null);
    delegate = key.address;
    sec = 59;
    expect(await sign(RECEIPT, CONTRACT)).to.equal(null);
    expect(await sign(RECEIPT, OLDER)).to.include(RECEIPT);
    sec = 60;
    const [one, other] = await Promise.all([sign(RECEIPT, CONTRACT), sign(RECEIPT, CONTRACT)]);
    expect([one, other]).to.deep.equal([one, one]);
    expect(one).to.include(RECEIPT);
    expect(asked).to.deep.equal([CONTRACT, OLDER, CONTRACT]);
  });

  it('signs nothing where the chain does not answer, nor on a host that serves for nobody', async () => {
    delegate = 'no answer';
    expect(await signing(cold)(RECEIPT, CONTRACT)).to.equal(null);
    expect(await signing(null)(RECEIPT, CONTRACT)).to.equal(null);
  });
});
