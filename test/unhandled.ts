import type { Context } from 'mocha';
import { fileClock } from './times.ts';

/** Loaded into each process that runs tests: a rejection that nobody handles fails the test it happens in. */
process.on('unhandledRejection', (reason) => {
  throw reason;
});

const fileEnds = fileClock();

/** What a BigInt is in the JSON by which a worker of mocha tells how its file went: without it, the failures of the file are lost. */
const asText = {
  value(this: bigint) {
    return `${this}n`;
  },
  configurable: true,
};

export const mochaHooks = {
  beforeAll() {
    // Not while tests run: the code under test must not put a BigInt into JSON.
    Reflect.deleteProperty(BigInt.prototype, 'toJSON');
  },
  afterAll(this: Context) {
    fileEnds(this.test?.parent?.suites[0]?.file ?? 'unknown');
    Object.defineProperty(BigInt.prototype, 'toJSON', asText);
  },
};
