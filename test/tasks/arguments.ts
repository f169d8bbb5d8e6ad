import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';

export interface TestArguments {
  testFiles?: string[];
  bail?: boolean;
  grep?: string;
  grepExclude?: string;
  noCompile?: boolean;
}

/** Whether `hardhat test` is to run every test as it is, not a choice of them, nor with code that counts. */
export function meansAll(args: TestArguments, hre: HardhatRuntimeEnvironment): boolean {
  const { testFiles = [], bail, grep, grepExclude } = args;
  const { coverage, gasStats, gasStatsJson } = hre.globalOptions;
  return testFiles.length === 0 && !(bail || grep || grepExclude || coverage || gasStats || gasStatsJson);
}
