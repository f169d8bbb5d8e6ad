import { BaseError } from '../../lib/errors.ts';
import { revertOf } from '../../rpc/revert-data.ts';
import { hostInterface } from '../interface.ts';

/**
 * The contract (or a token it called) refused: `errorName` and `args`, by parameter name, are its own error,
 * such as `ContentExists` with `{ contentId }`. Trying the same again changes nothing.
 */
export class ContractRevert extends BaseError {
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

/** The revert in a failed call or estimate; undefined for any other failure. */
export function toContractRevert(error: unknown): ContractRevert | undefined {
  const data = revertOf(error);
  if (data === null) return undefined;
  const decoded = data === '0x' ? null : hostInterface.parseError(data);
  if (decoded === null) return new ContractRevert('UnknownError', {}, data, { cause: error });
  const args = decoded.fragment.inputs.map(({ name }, index) => [name || String(index), decoded.args[index]]);
  return new ContractRevert(decoded.name, Object.fromEntries(args), data, { cause: error });
}
