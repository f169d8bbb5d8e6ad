import { z } from 'zod';

/** An object with no other fields, under its own name in the API's document. */
export function namedObject<Shape extends z.ZodRawShape>(id: string, shape: Shape) {
  return z.strictObject(shape).meta({ id });
}
