import { CliError } from '../cli.ts';
import type { HostAnswer } from './own-host.ts';

/** The host's own words, and what an operator can do about it. */
export function refusal({ status, body }: HostAnswer): CliError {
  const said = String(body.detail ?? `The host answers ${status}.`);
  if (body.code === 'relay_unavailable') return new CliError(UNABLE);
  if (body.code === 'request_timeout') {
    return new CliError(`The source sends nothing, or too slowly. Nothing is kept: try again. (${said})`);
  }
  return new CliError(said + choices(body.candidates));
}

const UNABLE =
  "This host's key can't send the transaction right now. Does its address (that of PRIVATEKEY) have coin for the gas? " +
  'What was fetched is kept: run this again.';

/** Where it is about a choice, what there is to choose from. */
function choices(candidates: unknown): string {
  if (!Array.isArray(candidates)) return '';
  return candidates
    .map(({ content_creator_wallet: creator, token }) => `\n  --creator ${creator} --token ${token}`)
    .join('');
}
