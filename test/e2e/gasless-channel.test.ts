import { expect } from 'chai';
import { Wallet, ZeroHash } from 'ethers';
import { domainOf } from '../contracts/signed.ts';
import { packBatch, signVoucher } from '../contracts/vouchers.ts';
import { codeBlocks } from './code-blocks.ts';
import { type GaslessWorld, startGaslessWorld } from './gasless-world.ts';
import { ask, signedRequest } from './wallet-client.ts';

type Json = Record<string, unknown>;

const SEPOLIA = 11_155_111n;
const DEPOSIT = 5_000_000n;
const PRICE = 20_000n;
const UNITS = 60n;

describe('a viewer with a token and no coin for gas', () => {
  let world: GaslessWorld;
  before(async () => {
    world = await startGaslessWorld();
  });
  after(() => world?.stop());

  /** A content of account 1, priced in the token. */
  async function published(): Promise<string> {
    const { signer: creator } = world.chain.plain(1);
    const terms = { token: world.tokenAddress, pricePerUnit: PRICE, providerShareBps: 3_000, unit: 0 };
    const content = { cid: 'bafkqaaa', ...terms, name: 'A', metadata: '' };
    await (await world.contract.connect(creator).publish(content)).wait();
    return await world.contract.contentIdOf(creator.address, world.tokenAddress, content.cid);
  }

  /** By the code that the documentation shows, which deposits 5 of the coin. */
  async function openedAsDocumented(given: Record<string, unknown>): Promise<{ channel_id: string }> {
    const [block] = codeBlocks('docs/channels.md', 'In and out without coin for gas');
    const AsyncFunction = Object.getPrototypeOf(openedAsDocumented).constructor;
    const run = new AsyncFunction(...Object.keys(given), `${block?.code}\nreturn channel;`);
    return await run(...Object.values(given));
  }

  it('pays a provider, and has the rest back, without ever sending a transaction', async () => {
    const { contract, chain, token, tokenAddress, provider } = world;
    const contentId = await published();
    const host = await world.startHost();
    try {
      const viewer = await world.viewerWith(DEPOSIT + 7n);
      const key = new Wallet(Wallet.createRandom().privateKey);
      const { channel_id: channelId } = await openedAsDocumented({
        ...{ HOST: host.url, wallet: viewer, viewer: viewer.address, provider: provider.address },
        ...{ token: tokenAddress, authorizer: key.address, salt: ZeroHash },
      });
      expect(await token.balanceOf(viewer)).to.equal(7n);

      const items = [{ contentId, units: UNITS, unitPrice: PRICE }];
      const voucher = { channelId, epoch: 1n, seq: 0n, items };
      const signed = await signVoucher(key, domainOf(chain.contract, SEPOLIA), voucher);
      const { contents, vouchers } = packBatch([signed]);
      await (await contract.claim(provider.address, tokenAddress, contents, vouchers)).wait();

      const path = `/channels/${channelId}/exit`;
      const person = { address: viewer.address, signer: viewer };
      const leaving = await ask(host, 'POST', path, await signedRequest(host, person, 'POST', path, {}));
      expect(leaving.status, JSON.stringify(leaving.body)).to.equal(200);
      const early = await ask(host, 'POST', path, { finalize: true });
      expect([early.status, early.body.error_name]).to.deep.equal([409, 'WithdrawTooEarly']);
      const delaySec = Number(await contract.withdrawDelaySec());
      await chain.provider.send('evm_increaseTime', [delaySec + 1]);
      await chain.provider.send('evm_mine', []);
      const back = await ask(host, 'POST', path, { finalize: true });
      expect(back.status, JSON.stringify(back.body)).to.equal(200);
      expect(back.body.channel as Json).to.include({
        deposit_base_units: '0',
        claimed_base_units: (PRICE * UNITS).toString(),
        epoch: 2,
      });

      expect(await token.balanceOf(viewer)).to.equal(DEPOSIT + 7n - PRICE * UNITS);
      expect(await chain.provider.getBalance(viewer.address)).to.equal(0n);
      expect(await chain.provider.getTransactionCount(viewer.address)).to.equal(0);
    } finally {
      await host.end('SIGTERM');
    }
  });
});
