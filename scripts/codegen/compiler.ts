import type { HookContext, SolidityHooks } from 'hardhat/types/hooks';
import { errorWith } from '../../indexer/lib/errors.ts';

/** What the compilers of package.json say of themselves; of others, Hardhat asks them. */
const LONG_VERSIONS = new Map([['0.8.37', '0.8.37+commit.f401782d']]);

/** The compiler in `node_modules` is not the one that is known here under its version. */
export class OtherCompiler extends errorWith<{ known: string; found: string }>(
  ({ known, found }) => `the compiler is ${found}, not ${known}: correct scripts/codegen/compiler.ts`,
) {}

type GetCompiler = SolidityHooks['getCompiler'];

/**
 * Loads the compiler where something is to be compiled. Hardhat loads it at each build, to ask for its version, and takes
 * a second of the processor for it.
 */
export const getCompiler: GetCompiler = async (context: HookContext, config, next) => {
  const longVersion = LONG_VERSIONS.get(config.version);
  if (config.path === undefined || longVersion === undefined) return await next(context, config);
  return {
    version: config.version,
    longVersion,
    compilerPath: config.path,
    isSolcJs: true,
    async compile(input) {
      const compiler = await next(context, config);
      const found = compiler.longVersion;
      if (found !== longVersion) throw new OtherCompiler({ known: longVersion, found });
      return await compiler.compile(input);
    },
  };
};
