import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';

/** Says where the random tests start, so that what they find can be found again. */
const action: TaskOverrideActionFunction = (args, hre, runSuper) => {
  const { fuzz, invariant } = hre.config.test.solidity.profiles.default ?? {};
  const sequences = `${invariant?.runs} random sequences of ${invariant?.depth} calls`;
  console.log(`Invariants: ${sequences}; FUZZ_SEED=${fuzz?.seed} repeats them`);
  return runSuper(args);
};

export default action;
