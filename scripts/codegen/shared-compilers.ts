import type { ConfigHooks } from 'hardhat/types/hooks';

/**
 * Hardhat compiles together what has the very same configuration object, and makes one for each override: files would be
 * compiled one by one, and what they import once for each.
 */
export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(userConfig, resolveVariable, next) {
    const config = await next(userConfig, resolveVariable);
    for (const { overrides } of Object.values(config.solidity.profiles)) {
      const known = new Map<string, (typeof overrides)[string]>();
      for (const [file, compiler] of Object.entries(overrides)) {
        const text = JSON.stringify(compiler);
        known.set(text, known.get(text) ?? compiler);
        overrides[file] = known.get(text) ?? compiler;
      }
    }
    return config;
  },
});
