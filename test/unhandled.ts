import type { Context } from 'mocha';
import { fileClock } from './times.ts';

/** Loaded into each process that runs tests: a rejection that nobody handles fails the test it happens in. */
process.on('unhandledRejection', (reason) => {
  throw reason;
});

const fileEnds = fileClock();

export const mochaHooks = {
  afterAll(this: Context) {
    fileEnds(this.test?.parent?.suites[0]?.file ?? 'unknown');
  },
};
