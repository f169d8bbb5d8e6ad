import { expect } from 'chai';
import { Wallet } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { runNode } from './run.ts';

describe('npm run accounts', () => {
  it('prints every funded account with its key, counted as the page does, and a warning first, where no host runs', async () => {
    const { how, stdout, stderr } = await runNode(['scripts/accounts.ts'], {});
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    const [warning, ...rows] = stdout.trimEnd().split('\n');
    expect(warning).to.contain('PUBLIC TEST KEYS');
    const printed = rows.map((row) => row.trim().split(/ +/));
    for (const [, address, key = ''] of printed) expect(new Wallet(key).address).to.equal(address);
    const all = publicTestAccounts().map(({ address }, index) => [String(index + 1), address]);
    expect(printed.map(([index, address]) => [index, address])).to.deep.equal(all);
  });
});
