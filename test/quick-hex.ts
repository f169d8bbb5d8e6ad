import { registerHooks } from 'node:module';

const FILE = '/ethers/lib.esm/utils/data.js';
/** Of what is not plainly bytes or hex, ethers' own say what it is. */
const QUICK = `
function _getBytes(value, name, copy) {
  if (typeof value !== 'string' || !value.startsWith('0x')) return slowBytes(value, name, copy);
  const bytes = Buffer.from(value.slice(2), 'hex');
  return 2 + 2 * bytes.length === value.length ? Uint8Array.from(bytes) : slowBytes(value, name, copy);
}
export function hexlify(data) {
  const bytes = getBytes(data);
  return '0x' + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}`;

/**
 * Loaded before ethers into each process that runs tests side by side: a deployment turns 23 kB of hex into bytes and back
 * a dozen times, digit by digit, and the tests deploy hundreds of times.
 */
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(FILE)) return loaded;
    const source = String(loaded.source)
      .replace('function _getBytes(', 'function slowBytes(')
      .replace('export function hexlify(', 'export function slowHexlify(');
    return { ...loaded, source: `${source}${QUICK}` };
  },
});
