import { expect } from 'chai';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { HookContext } from 'hardhat/types/hooks';
import type { Compiler } from 'hardhat/types/solidity';
import { getCompiler, OtherCompiler } from '../../scripts/codegen/compiler.ts';
import shareCompilers from '../../scripts/codegen/shared-compilers.ts';
import { rejection } from '../rejection.ts';

const VERSION = '0.8.37';
const CONFIG = { version: VERSION, path: 'soljson.js', settings: {} };
const OUTPUT = { sources: {} };

describe('the compiler of the contracts', () => {
  let loaded = 0;
  beforeEach(() => {
    loaded = 0;
  });
  const hardhats = (longVersion: string) => async (): Promise<Compiler> => {
    loaded += 1;
    const compile = async () => OUTPUT as never;
    return { version: VERSION, longVersion, compilerPath: 'soljson.js', isSolcJs: true, compile };
  };
  const get = (config: { version?: string; path?: undefined }, longVersion: string) =>
    getCompiler({} as HookContext, { ...CONFIG, ...config } as never, hardhats(longVersion));

  it('is loaded where something is compiled, and known before', async () => {
    const { longVersion } = await get({}, '');
    expect(longVersion).to.match(/^0\.8\.37\+commit\.[0-9a-f]{8}$/);
    const compiler = await get({}, longVersion);
    expect(compiler).to.include({ version: VERSION, compilerPath: 'soljson.js', isSolcJs: true });
    expect(loaded).to.equal(0);
    expect(await compiler.compile({} as never)).to.equal(OUTPUT);
    expect(loaded).to.equal(1);
  });

  it('compiles nothing where it is another one than is known', async () => {
    const failure = await rejection((await get({}, '0.8.37+commit.00000000')).compile({} as never));
    expect(failure).to.be.instanceOf(OtherCompiler);
    expect(failure).to.have.property('found', '0.8.37+commit.00000000');
  });

  it('is asked itself where its version is not known, or Hardhat brings it', async () => {
    expect(await get({ version: '0.8.36' }, 'other')).to.have.property('longVersion', 'other');
    expect(await get({ path: undefined }, 'other')).to.have.property('longVersion', 'other');
    expect(loaded).to.equal(2);
  });

  it('is given at once what overrides give the same settings', async () => {
    const compiler = { version: VERSION, settings: { evmVersion: 'cancun' } };
    const overrides = { 'a.sol': compiler, 'b.sol': compiler, 'c.sol': { version: VERSION } };
    const hre = await createHardhatRuntimeEnvironment({
      plugins: [{ id: 'shared', hookHandlers: { config: async () => ({ default: shareCompilers }) } }],
      solidity: { compilers: [{ version: VERSION }], overrides },
    });
    const resolved = hre.config.solidity.profiles.default?.overrides ?? {};
    expect(resolved['a.sol']).to.equal(resolved['b.sol']);
    expect(resolved['a.sol']).to.not.equal(resolved['c.sol']);
    expect(resolved['a.sol']?.settings).to.include({ evmVersion: 'cancun' });
  });
});
