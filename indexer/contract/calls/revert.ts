import { errorWith } from '../../lib/errors.ts';
import { revertOf } from '../../rpc/revert-data.ts';
import { hostInterface } from '../interface.ts';

/**
 * The contract (or a token it called) refused: `errorName` and `args`, by parameter name, are its own error,
 * such as `ContentExists` with `{ contentId }`. Trying the same again changes nothing.
 */
export class ContractRevert extends errorWith<{
  errorName: string;
  args: Readonly<Record<string, unknown>>;
  data: string;
}>(({ errorName, args }) => {
  const shown = Object.entries(args).map(([key, value]) => `${key}: ${String(value)}`);
  return `The contract refused: ${errorName}(${shown.join(', ')})`;
}) {}

/** The revert in a failed call or estimate; undefined for any other failure. */
export function toContractRevert(error: unknown): ContractRevert | undefined {
  const data = revertOf(error);
  if (data === null) return undefined;
  const decoded = data === '0x' ? null : hostInterface.parseError(data);
  if (decoded === null)
    return new ContractRevert({ errorName: 'UnknownError', args: {}, data, cause: error });
  const args = decoded.fragment.inputs.map(({ name }, index) => [name || String(index), decoded.args[index]]);
  return new ContractRevert({ errorName: decoded.name, args: Object.fromEntries(args), data, cause: error });
}
