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
});
