import { expect } from 'chai';
import { Wallet } from 'ethers';
import { hostInterface } from '../../../../indexer/contract/interface.ts';
import { packVouchers, vouchersIn } from '../../../../indexer/playback/claiming/packing.ts';
import { packBatch, signVoucher } from '../../../contracts/vouchers.ts';
import { hash } from '../../store/samples.ts';
import { stored } from './samples.ts';

const DOMAIN = { name: 'StreamHost', version: '1', chainId: 1, verifyingContract: stored().contract };

describe('packed vouchers', () => {
  const key = new Wallet(hash('key'));
  const items = [
    { contentId: hash('a'), units: 2 ** 32 - 1, unitPrice: 2n ** 72n - 1n },
    { contentId: hash('b'), units: 1, unitPrice: 7n },
    { contentId: hash('a'), units: 3, unitPrice: 8n },
  ];
  async function both() {
    const vouchers = [
      { channelId: hash('one'), epoch: 1, seq: 0, items },
      { channelId: hash('two'), epoch: 2 ** 32 - 1, seq: 2 ** 32 - 2, items: items.slice(1, 2) },
      { channelId: hash('three'), epoch: 1, seq: 5, items: [] },
    ];
    const signed = await Promise.all(
      vouchers.map(({ channelId, epoch, seq, items: own }) =>
        signVoucher(key, DOMAIN, {
          ...{ channelId, epoch: BigInt(epoch), seq: BigInt(seq) },
          items: own.map((item) => ({ ...item, units: BigInt(item.units) })),
        }),
      ),
    );
    const own = vouchers.map((voucher, index) =>
      stored({ ...voucher, signature: signed[index]?.signature.serialized ?? '' }),
    );
    return { signed, own };
  }

  it('are packed as the contract takes them, whichever form their signatures have', async () => {
    const { signed, own } = await both();
    const { contents, vouchers } = packBatch(signed);
    const { provider, token } = stored();
    expect(packVouchers(own)).to.deep.equal([provider, token, contents, vouchers]);
    const compact = own.map((voucher, index) => ({
      ...voucher,
      signature: signed[index]?.signature.compactSerialized ?? '',
    }));
    expect(packVouchers(compact)).to.deep.equal(packVouchers(own));
  });

  it('are found in a claim, also where other calls stand beside it', async () => {
    const { own } = await both();
    const claim = hostInterface.encodeFunctionData('claim', packVouchers(own));
    const expected = own.map(({ channelId, epoch, seq }) => ({ channelId, epoch, seq }));
    expect(vouchersIn(claim)).to.deep.equal(expected);
    const withdraw = hostInterface.encodeFunctionData('withdraw', [stored().token]);
    expect(vouchersIn(withdraw)).to.deep.equal([]);
    expect(vouchersIn(hostInterface.encodeFunctionData('multicall', [[claim, withdraw]]))).to.deep.equal(
      expected,
    );
    expect(vouchersIn('0x12345678')).to.deep.equal([]);
  });
});
