import { z } from 'zod';
import { deadline, nonce, signature } from './signatures.ts';

/** What a wallet adds to be signed for, all or nothing of it. */
export const authorization = {
  nonce: nonce.optional(),
  deadline: deadline.optional(),
  signature: signature.optional(),
};

/** @param names of what a signature adds. */
export function signedWhole(
  fields: Readonly<Record<string, unknown>>,
  ctx: z.RefinementCtx,
  names: readonly string[] = Object.keys(authorization),
): void {
  const missing = names.filter((name) => fields[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return;
  for (const name of missing) {
    const params = { code: 'missing_field' };
    ctx.addIssue({ code: 'custom', path: [name], message: `${name} is missing beside the others.`, params });
  }
}

/** A request that a wallet may sign. */
export function signedObject<Shape extends z.ZodRawShape>(id: string, shape: Shape) {
  return z
    .strictObject({ ...shape, ...authorization })
    .superRefine(signedWhole)
    .meta({ id });
}
