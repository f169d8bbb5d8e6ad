import { RetryableError } from '../lib/errors.ts';

/** Redis is not there, or does not answer in time. What was asked for can be asked again. */
export class RedisUnavailable extends RetryableError {
  constructor(cause: Error) {
    super(`Redis does not answer: ${reasonOf(cause)}`, { cause: presentable(cause) });
  }
}

/** Redis answers, and refuses: read only, out of memory, no such right. The connection is not to blame. */
export class RedisRefused extends RetryableError {
  constructor(cause: Error) {
    super(`Redis refuses: ${reasonOf(cause)}`, { cause: presentable(cause) });
  }
}

/** A part that does its work, though not with what it was configured to use; the message says why. */
export class Degraded extends RetryableError {}

/** A refused connection to a name with several addresses has no message of its own. */
function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : error.name;
  return error.message || code;
}

/** The client notes the command that failed, and with a refused password its text. */
function presentable(error: Error): Error {
  Reflect.deleteProperty(error, 'command');
  return error;
}
