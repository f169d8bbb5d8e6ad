import { expect } from 'chai';
import { ethers } from './world.ts';

describe('StreamHost constructor', () => {
  it('refuses a withdrawal delay below ten seconds', async () => {
    const factory = await ethers.getContractFactory('StreamHost');
    await expect(factory.deploy(20, 9))
      .to.be.revertedWithCustomError(factory, 'DelaysInvalid')
      .withArgs(20, 9);
  });

  it('refuses a notice shorter than the withdrawal delay', async () => {
    const factory = await ethers.getContractFactory('StreamHost');
    await expect(factory.deploy(19, 20))
      .to.be.revertedWithCustomError(factory, 'DelaysInvalid')
      .withArgs(19, 20);
  });

  it('accepts a notice equal to a withdrawal delay of ten seconds, and both are readable', async () => {
    const host = await ethers.deployContract('StreamHost', [10, 10]);
    expect(await host.noticeSec()).to.equal(10n);
    expect(await host.withdrawDelaySec()).to.equal(10n);
  });

  it('accepts no money outside a payment', async () => {
    const host = await ethers.deployContract('StreamHost', [20, 10]);
    const [sender] = await ethers.getSigners();
    await expect(sender?.sendTransaction({ to: host, value: 1n })).to.be.revertedWithoutReason(ethers);
  });
});
