import { expect } from 'chai';

type Rejection = Error & { code?: number; data?: unknown };

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Rejection> {
  const error = await promise.then(
    () => expect.fail('resolved, where a rejection was expected'),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Error);
  return error as Rejection;
}

/** The error of this class, or of one that extends it, that a promise rejects with. */
export async function rejected<E extends Error>(
  promise: Promise<unknown>,
  type: abstract new (...parameters: never[]) => E,
): Promise<E> {
  const error = await rejection(promise);
  if (error instanceof type) return error;
  throw error;
}
