import { expect } from 'chai';

type ErrorClass<E extends Error> = abstract new (...parameters: never[]) => E;

/** The error of exactly this class that `promise` rejects with. */
export async function rejected<E extends Error>(promise: Promise<unknown>, type: ErrorClass<E>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  return expect.fail(`expected ${type.name}, got an answer`);
}
