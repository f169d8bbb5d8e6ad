import { CliError, flag, readOptions } from '../cli.ts';

/** @throws {CliError} one line that names what is at fault. */
export function fileOptions(argv: string[], command: 'backup' | 'restore'): { file: string; yes: boolean } {
  const { options, positionals } = readOptions(argv, command === 'restore' ? { yes: flag } : {}, true);
  const [file, ...more] = positionals;
  if (file === undefined || file === '') throw new CliError(`Which file? npm run ${command} -- FILE`);
  if (more.length > 0) throw new CliError(`One file, not also ${more[0]}.`);
  return { file, yes: 'yes' in options && options.yes === true };
}
