import { writeFile } from 'node:fs/promises';
import { getAddress, type Wallet } from 'ethers';
import { runningHost } from '../../../indexer/compose/host-file.ts';
import { contentIdOf } from '../../../indexer/contract/content-id.ts';
import { hostsBy } from '../../../indexer/contract/interface.ts';
import { termsOf } from '../../../indexer/contract/terms-of.ts';
import { accessDomain } from '../../../indexer/playback/access.ts';
import { KEY_GRANT_TYPES } from '../../../indexer/playback/grants/typed-data.ts';
import { type Call, CliError, oneLine } from '../cli.ts';
import { openScriptContext, operatorWallet, type ScriptContext } from '../script-context.ts';
import { type GrantOptions, grantOptions } from './options.ts';

const TIMEOUT_MS = 60_000;
const DAY_SEC = 86_400;

/** What is sent to a host, and what a provider shows. */
interface Grant {
  content_id: string;
  contract: string;
  provider: string;
  expires_at_sec: number;
  signature: string;
}

/** @throws {CliError} */
export async function runGrant({ argv, env, print }: Call): Promise<void> {
  const options = grantOptions(argv);
  using context = await openScriptContext(env);
  const wallet = operatorWallet(context);
  const grant = await signed(context, wallet, options);
  const until = new Date(grant.expires_at_sec * 1000).toISOString().slice(0, 10);
  print(`${wallet.address} grants ${options.provider} the keys of ${options.cid}, until ${until}:`);
  print(JSON.stringify(grant));
  if (options.out !== null) await writeFile(options.out, `${JSON.stringify(grant)}\n`);
  const host = await hostOf(context, options);
  await keep(host, options.cid, grant);
  print(`It is kept at ${host}: the provider gets them there from now on.`);
}

/** By the chain's word: what is signed names a listing of this wallet and no other. */
async function signed(
  { chainId, provider: chain, deployedAt }: ScriptContext,
  wallet: Wallet,
  { cid, provider, token, days }: GrantOptions,
): Promise<Grant> {
  const contentId = contentIdOf(wallet.address, token, cid);
  for (const address of [...deployedAt.keys()].reverse()) {
    if ((await termsOf(hostsBy(chain)(address), contentId)) === null) continue;
    const contract = getAddress(address);
    const expiresAtSec = Math.floor(Date.now() / 1000) + days * DAY_SEC;
    const grant = { contentId, provider, expiresAtSec };
    const signature = await wallet.signTypedData(
      accessDomain(chainId, contract),
      { ...KEY_GRANT_TYPES },
      grant,
    );
    return { content_id: contentId, contract, provider, expires_at_sec: expiresAtSec, signature };
  }
  throw new CliError(
    `${wallet.address}, the wallet of PRIVATEKEY, has not published ${cid} priced in ${token}: --token names another coin, and the CID is written as it is listed.`,
  );
}

async function hostOf({ config }: ScriptContext, { to }: GrantOptions): Promise<string> {
  if (to !== null) return to.href.replace(/\/+$/, '');
  const running = await runningHost(config.dataDir);
  if (running !== null) return running.url;
  throw new CliError(
    `No host runs on ${config.dataDir}: --to names the one that has the secret; or pass the grant on.`,
  );
}

async function keep(host: string, cid: string, grant: Grant): Promise<void> {
  const answer = await fetch(`${host}/contents/${encodeURIComponent(cid)}/key-grants`, {
    method: 'PUT',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(grant),
  }).catch((error: Error) => {
    throw new CliError(
      `${host} can't be reached: ${oneLine(error.cause ?? error)}. The grant is good: pass it on.`,
    );
  });
  if (answer.ok) return;
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: unknown };
  const why = String(detail ?? `it answers ${answer.status}`)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 500);
  throw new CliError(`${host} does not keep it: ${why}`);
}
