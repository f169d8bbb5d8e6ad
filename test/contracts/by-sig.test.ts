import { expect } from 'chai';
import { Signature, type Signer, type TypedDataDomain } from 'ethers';
import { domainOf, SIGNED_CALLS, type SignedCall, typedData } from './signed.ts';
import { at, ethers, networkHelpers, newHost, nextBlockAtSec, type World } from './world.ts';

const { loadFixture } = networkHelpers;
const NONCE = 0xfeed_0001n;
/** secp256k1's group order: s and n - s sign the same. */
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

interface Options {
  signer?: Signer;
  nonce?: bigint;
  deadline?: bigint;
  domain?: TypedDataDomain;
  /** What is signed instead of a value of the call. */
  signed?: Record<string, unknown>;
}

async function chainId(): Promise<bigint> {
  return (await ethers.provider.getNetwork()).chainId;
}

/** The twin's arguments, signed by the creator unless told otherwise. */
async function signedArgs(call: SignedCall, world: World, options: Options = {}): Promise<unknown[]> {
  const { creator, contentId, hostAddress } = world;
  const { signer = creator, nonce = NONCE, deadline = 2n ** 64n } = options;
  const domain = options.domain ?? domainOf(hostAddress, await chainId());
  const { types, message } = typedData(call, contentId, creator.address, nonce, deadline);
  const signature = await signer.signTypedData(domain, types, { ...message, ...options.signed });
  return [creator.address, ...call.args(contentId), nonce, deadline, signature];
}

/** The stranger submits it. */
async function submit(call: SignedCall, { host, stranger }: World, args: unknown[]) {
  return await host
    .connect(stranger)
    .getFunction(call.name)
    .send(...args);
}

for (const call of SIGNED_CALLS) {
  describe(`${call.name}()`, () => {
    it('refuses after the deadline, not at it', async () => {
      const world = await loadFixture(call.fixture);
      const deadline = (await nextBlockAtSec()) + 5n;
      const args = await signedArgs(call, world, { deadline });
      await at(deadline + 1n);
      await expect(submit(call, world, args))
        .to.be.revertedWithCustomError(world.host, 'SignatureExpired')
        .withArgs(deadline);
    });

    it('accepts at the deadline', async () => {
      const world = await loadFixture(call.fixture);
      const deadline = (await nextBlockAtSec()) + 5n;
      const args = await signedArgs(call, world, { deadline });
      await at(deadline);
      await expect(submit(call, world, args)).to.emit(world.host, call.event);
    });

    it('refuses a signature of somebody else', async () => {
      const world = await loadFixture(call.fixture);
      const args = await signedArgs(call, world, { signer: world.provider });
      await expect(submit(call, world, args))
        .to.be.revertedWithCustomError(world.host, 'SignatureInvalid')
        .withArgs(world.creator.address);
    });

    it('refuses a signature for another chain', async () => {
      const world = await loadFixture(call.fixture);
      const args = await signedArgs(call, world, { domain: domainOf(world.hostAddress, 1n) });
      await expect(submit(call, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
    });

    it('refuses a signature for another contract', async () => {
      const world = await loadFixture(call.fixture);
      const { hostAddress: another } = await newHost();
      const args = await signedArgs(call, world, { domain: domainOf(another, await chainId()) });
      await expect(submit(call, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
    });

    for (const { name, type } of [...call.fields, ...['account', 'nonce', 'deadline'].map(addField)]) {
      it(`refuses another ${name} than was signed`, async () => {
        const world = await loadFixture(call.fixture);
        const args = await signedArgs(call, world, { signed: { [name]: another(type, world) } });
        await expect(submit(call, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
      });
    }

    it('refuses the same signature again', async () => {
      const world = await loadFixture(call.fixture);
      const args = await signedArgs(call, world);
      await submit(call, world, args);
      await expect(submit(call, world, args))
        .to.be.revertedWithCustomError(world.host, 'NonceUsed')
        .withArgs(world.creator.address, NONCE);
    });

    it('refuses a nonce that the account invalidated', async () => {
      const world = await loadFixture(call.fixture);
      const args = await signedArgs(call, world);
      await world.host.connect(world.creator).invalidateNonces(NONCE >> 8n, 1n << (NONCE & 255n));
      await expect(submit(call, world, args))
        .to.be.revertedWithCustomError(world.host, 'NonceUsed')
        .withArgs(world.creator.address, NONCE);
    });

    it('refuses the malleable form of a signature, and keeps the nonce for the true one', async () => {
      const world = await loadFixture(call.fixture);
      const args = await signedArgs(call, world);
      await expect(submit(call, world, [...args.slice(0, -1), flipped(String(args.at(-1)))]))
        .to.be.revertedWithCustomError(world.host, 'SignatureInvalid')
        .withArgs(world.creator.address);
      await expect(submit(call, world, args)).to.emit(world.host, call.event);
    });

    it('acts for the account, whoever submits', async () => {
      const world = await loadFixture(call.fixture);
      const sent = await submit(call, world, await signedArgs(call, world));
      const receipt = await sent.wait();
      const [log, ...others] = receipt?.logs ?? [];
      const event = log && world.host.interface.parseLog(log);
      expect([event?.name, event?.args.contentId, others]).to.deep.equal([call.event, world.contentId, []]);
      expect(await world.host.isNonceUsed(world.creator, NONCE)).to.equal(true);
    });
  });
}

describe('eip712Domain() and DOMAIN_SEPARATOR()', () => {
  it('name this contract on this chain', async () => {
    const { host, hostAddress } = await loadFixture(newHost);
    const { name, version, chainId: bound, verifyingContract } = await host.eip712Domain();
    expect([name, version, bound, verifyingContract]).to.deep.equal([
      'StreamHost',
      '1',
      await chainId(),
      hostAddress,
    ]);
    expect(await host.DOMAIN_SEPARATOR()).to.equal(
      ethers.TypedDataEncoder.hashDomain(domainOf(hostAddress, await chainId())),
    );
  });
});

function addField(name: string) {
  return { name, type: name === 'account' ? 'address' : 'uint256' };
}

/** A value of this type that no call uses. */
function another(type: string, { stranger }: World): unknown {
  const values: Record<string, unknown> = {
    address: stranger.address,
    bytes32: `0x${'77'.repeat(32)}`,
    string: 'another',
    uint8: 2n,
    uint16: 4_444n,
    uint256: 77n,
  };
  return values[type];
}

function flipped(signature: string): string {
  const { r, s, v } = Signature.from(signature);
  const other = `0x${(N - BigInt(s)).toString(16).padStart(64, '0')}`;
  return ethers.concat([r, other, v === 27 ? '0x1c' : '0x1b']);
}
