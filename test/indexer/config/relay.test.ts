import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

describe('readConfig(), of relaying,', () => {
  it('names every wrong key', () => {
    const wrong = {
      RELAY: 'yes',
      RELAY_ALLOWLIST: `${WALLET},0x1234`,
      RELAY_GAS_PER_DAY: '-1',
      RELAY_GAS_PER_WALLET: '1e6',
      RELAY_GAS_PER_IP: 'much',
      RELAY_DEPOSIT_MIN: '5000000',
    };
    let error: unknown;
    try {
      readConfig(wrong);
    } catch (caught) {
      error = caught;
    }
    if (!(error instanceof ConfigError)) throw new Error('it was taken');
    expect(error.problems.map((line) => line.split(':')[0])).to.deep.equal(Object.keys(wrong));
  });

  it('submits for nobody while nothing is set', () => {
    expect(readConfig({ RELAY: ' ', RELAY_ALLOWLIST: '' }).relay).to.deep.equal({
      mode: 'allowlist',
      allowlist: [],
      gasPerDay: 20_000_000n,
      gasPerWallet: 2_000_000n,
      gasPerClient: 4_000_000n,
      depositMin: [],
    });
  });

  it('reads a list of wallets, and gas as whole numbers', () => {
    const { relay } = readConfig({
      RELAY: 'open',
      RELAY_ALLOWLIST: ` ${WALLET}, ${WALLET.toLowerCase()} `,
      RELAY_GAS_PER_DAY: '0',
    });
    expect(relay).to.deep.include({
      mode: 'open',
      allowlist: [WALLET, WALLET.toLowerCase()],
      gasPerDay: 0n,
    });
  });

  it('reads from how much of which coin deposits are brought in', () => {
    const native = '0x0000000000000000000000000000000000000000';
    const read = (RELAY_DEPOSIT_MIN: string) => readConfig({ RELAY_DEPOSIT_MIN }).relay.depositMin;
    expect(read(` ${WALLET}:5000000, ${native}:1 `)).to.deep.equal([
      [WALLET.toLowerCase(), 5_000_000n],
      [native, 1n],
    ]);
    for (const wrong of [
      WALLET,
      `${WALLET}:`,
      `${WALLET}:0`,
      `${WALLET}:1.5`,
      `${WALLET}:${2n ** 128n}`,
      `${WALLET.slice(2)}:5`,
      `${WALLET.replace('dc79C8', 'dC79C8')}:5`,
      `${WALLET}:1,${WALLET.toLowerCase()}:2`,
    ]) {
      expect(() => read(wrong), wrong).to.throw(ConfigError, 'RELAY_DEPOSIT_MIN: must name each coin once');
    }
  });
});
