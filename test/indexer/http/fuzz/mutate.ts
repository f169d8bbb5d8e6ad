import fc from 'fast-check';
import type { Call } from './document.ts';

type Fields = Record<string, unknown>;
type Place = 'params' | 'query' | 'headers' | 'json' | 'json_data';

/** Any code point that text may hold. Fast-check's own `binary` takes a second and a half to begin with. */
const codePoint = fc
  .nat({ max: 0x10ffff - 0x800 })
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));

/** What no field takes, or only some do. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', ' ', '0x', '-1', '1e9', 'NaN', '\u0000', '../..', '%00', [], {}, [
    [],
  ]),
  fc.string({ unit: codePoint, maxLength: 40 }),
  fc.string({ minLength: 3_000, maxLength: 3_000 }),
  fc.double(),
  fc.bigInt().map(String),
  fc.bigInt({ min: 1n << 156n, max: (1n << 256n) - 1n }).map((number) => `0x${number.toString(16)}`),
  fc.dictionary(fc.string({ maxLength: 5 }), fc.integer(), { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The call with one field changed, left out or added; where there is no field at all, one is added. */
export function mutated(call: Call): fc.Arbitrary<Call> {
  const places = placesOf(call);
  const fields = places.flatMap((place) =>
    Object.keys(fieldsOf(call, place)).map((name) => ({ place, name })),
  );
  const field =
    fields.length === 0 ? fc.constant({ place: 'query' as const, name: 'x' }) : fc.constantFrom(...fields);
  return fc
    .tuple(
      field,
      fc.constantFrom('change', 'change', 'change', 'drop', 'add'),
      odd,
      fc.string({ maxLength: 12 }),
    )
    .map(([{ place, name }, what, value, extra]) => {
      const changed = { ...fieldsOf(call, place) };
      if (what === 'drop' && place !== 'params') delete changed[name];
      else if (what === 'add' && place !== 'params' && place !== 'headers') changed[extra] = value;
      else changed[name] = value;
      return withFields(call, place, changed);
    });
}

function placesOf(call: Call): Place[] {
  const places: Place[] = ['params', 'query', 'headers', 'json'];
  const found = places.filter((place) => Object.keys(fieldsOf(call, place)).length > 0);
  return call.form ? [...found, 'json_data'] : found;
}

function fieldsOf(call: Call, place: Place): Fields {
  if (place === 'json_data') return JSON.parse(String(call.form?.json_data));
  const fields = call[place];
  return typeof fields === 'object' && fields !== null ? { ...fields } : {};
}

function withFields(call: Call, place: Place, fields: Fields): Call {
  if (place === 'json') return { ...call, json: fields };
  if (place === 'query') return { ...call, query: fields };
  if (place === 'json_data') return { ...call, form: { ...call.form, json_data: JSON.stringify(fields) } };
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    place === 'headers' ? headerText(value) : text(value),
  ]);
  return { ...call, [place]: Object.fromEntries(texts) };
}

/** An empty path segment would be another path. */
function text(value: unknown): string {
  const found = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return found === '' ? '-' : found;
}

/** A client can't send more. */
function headerText(value: unknown): string {
  return text(value)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 4_000);
}
