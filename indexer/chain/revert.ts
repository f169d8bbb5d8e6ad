import type { Interface } from 'ethers';

/**
 * The contract (or a token it called) refused: `errorName` and `args`, by parameter name, are its own error,
 * such as `ContentExists` with `{ contentId }`. Trying the same again changes nothing.
 */
export class ContractRevert extends Error {
  override readonly name = 'ContractRevert';
  readonly errorName: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly data: string;

  constructor(errorName: string, args: Record<string, unknown>, data: string, options?: ErrorOptions) {
    const shown = Object.entries(args).map(([key, value]) => `${key}: ${String(value)}`);
    super(`The contract refused: ${errorName}(${shown.join(', ')})`, options);
    this.errorName = errorName;
    this.args = args;
    this.data = data;
  }
}

/** What a failed call or estimate says, where it carries revert data; undefined for any other failure. */
export function toContractRevert(abi: Interface, error: unknown): ContractRevert | undefined {
  const data = revertData(error);
  if (data === undefined) return undefined;
  const decoded = data === '0x' ? null : abi.parseError(data);
  if (decoded === null) return new ContractRevert('UnknownError', {}, data, { cause: error });
  const args = decoded.fragment.inputs.map(({ name }, index) => [name || String(index), decoded.args[index]]);
  return new ContractRevert(decoded.name, Object.fromEntries(args), data, { cause: error });
}

/** Nodes put it into the error's data, some one level deeper, some as an object. */
function revertData(error: unknown): string | undefined {
  if (typeof error === 'string') return /^0x([0-9a-f]{2})*$/i.test(error) ? error : undefined;
  if (typeof error !== 'object' || error === null) return undefined;
  if ('data' in error) return revertData(error.data);
  return 'error' in error ? revertData(error.error) : undefined;
}
