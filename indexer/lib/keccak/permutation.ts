/** In bytes. */
export const STATE = 200;
export const ROUNDS = 24;
/** By how much lane x + 5y is turned. */
const TURNS = [
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
] as const;
/** Locals of the function: 25 lanes, 25 lanes that are turned, 5 columns, and where the constant of the round stands. */
const TURNED = 25;
const COLUMN = 50;
const ROUND = 55;

/** Instructions. */
const [LOOP, END, BRANCH_IF, GET, SET, TEE] = [0x03, 0x0b, 0x0d, 0x20, 0x21, 0x22];
const [LOAD, STORE, I32, I64, ADD, LESS] = [0x29, 0x37, 0x41, 0x42, 0x6a, 0x48];
const [AND, XOR, TURN] = [0x83, 0x85, 0x89];
const [TYPE_I32, TYPE_I64, NOTHING] = [0x7f, 0x7e, 0x40];

/** A WebAssembly module: its function `f` permutes the state at the start of its memory `m`; behind that stand constants of the rounds. */
export function moduleBytes(): Uint8Array<ArrayBuffer> {
  const lanes = Array.from({ length: 25 }, (_, lane) => lane);
  const code = [
    ...lanes.flatMap((lane) => [I32, 0, LOAD, 3, ...number(8 * lane), SET, lane]),
    ...[I32, ...number(STATE), SET, ROUND, LOOP, NOTHING, ...round()],
    ...[GET, ROUND, I32, 8, ADD, TEE, ROUND, I32, ...number(STATE + 8 * ROUNDS), LESS, BRANCH_IF, 0, END],
    ...lanes.flatMap((lane) => [I32, 0, GET, lane, STORE, 3, ...number(8 * lane)]),
    END,
  ];
  const body = [2, ROUND, TYPE_I64, 1, TYPE_I32, ...code];
  const names = [2, 1, 0x6d, 2, 0, 1, 0x66, 0, 0];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, names),
    ...section(10, [1, ...number(body.length), ...body]),
  ]);
}

/** Theta, rho and pi, chi, iota (FIPS 202, 3.2). */
function round(): number[] {
  const five = [0, 1, 2, 3, 4];
  const rows = five.flatMap((y) => five.map((x) => ({ x, y, lane: x + 5 * y })));
  const row = (y: number, x: number) => TURNED + 5 * y + (x % 5);
  return [
    ...five.flatMap((x) => [
      ...five.flatMap((y) => [GET, x + 5 * y, ...(y === 0 ? [] : [XOR])]),
      ...[SET, COLUMN + x],
    ]),
    ...rows.flatMap(({ x, y, lane }) => [
      ...[GET, lane, GET, COLUMN + ((x + 4) % 5), XOR, GET, COLUMN + ((x + 1) % 5), I64, 1, TURN, XOR],
      ...[I64, ...number(TURNS[lane] ?? 0), TURN, SET, row((2 * x + 3 * y) % 5, y)],
    ]),
    ...rows.flatMap(({ x, y, lane }) => [
      ...[GET, row(y, x), GET, row(y, x + 1), I64, 0x7f, XOR, GET, row(y, x + 2), AND, XOR, SET, lane],
    ]),
    ...[GET, 0, GET, ROUND, LOAD, 3, 0, XOR, SET, 0],
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...number(content.length), ...content];
}

/** In LEB128, so that it is the same with a sign and without. */
function number(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...number(value >> 7)];
}
