import { LOOPBACK } from '../../../indexer/compose/chain/chain.ts';
import { readConfig } from '../../../indexer/config/config.ts';
import { isPublicUrl } from '../../../indexer/lib/public-url.ts';
import { type Call, CliError, oneLine } from '../cli.ts';
import { openScriptContext, type ScriptContext } from '../script-context.ts';
import { fileSource, type Source } from './file-source.ts';
import { grantedSecret, type KeyRequestNews, type Lacking, lackingIn } from './granted-keys.ts';
import { baseOf, hostSource } from './host-source.ts';
import { type ProvideOptions, provideOptions, type Which } from './options.ts';
import { type HostAnswer, type OwnHost, openOwnHost } from './own-host.ts';
import { toldSource } from './progress-source.ts';
import { refusal } from './refusal.ts';
import { setupText } from './setup.ts';

const MAX_REASON = 500;

type Provide = Extract<ProvideOptions, { task: 'provide' }>;

/** @returns the exit status, once there is no host left that was started here. @throws {CliError} */
export async function runProvide({ argv, env, print }: Call): Promise<number> {
  const options = provideOptions(argv);
  if (options.task === 'setup') {
    using context = await openScriptContext(env);
    print(...(await setupText(context)));
    return 0;
  }
  const config = readConfig(env);
  await using host = await openOwnHost(config, options);
  let isServed = false;
  if (options.task === 'stop') print(await stop(host, options));
  else {
    const open = () => openScriptContext(env);
    const kept = await provide(host, options, open, print);
    const answer = kept.body.stream_url === null ? await unlocked(host, options, kept, open, print) : kept;
    isServed = answer.body.stream_url !== null;
    print(...served(answer, { isPublicChain: config.rpcUrls.length > 0 }));
  }
  if (options.task === 'stop' || host.ended === null) return 0;
  print(isServed ? 'This host serves it until Ctrl-C.' : 'This host stays until Ctrl-C.');
  return await host.ended;
}

async function provide(
  host: OwnHost,
  options: Provide,
  open: () => Promise<ScriptContext>,
  print: Call['print'],
): Promise<HostAnswer> {
  const { cid, maxBytes } = options;
  const path = `/offers/${cid}${query(options)}`;
  const here = await host.call('POST', path);
  if (here.status === 200) return here;
  if (here.body.code !== 'media_not_found') throw refusal(here);
  using context = await open();
  const source = await sourceOf(context, options);
  const { sizeBytes } = source;
  try {
    // Whether it fits is known before its first byte is sent.
    const room = await host.call(
      'POST',
      `/offers/${cid}${query(options, { size: sizeBytes, max_size: maxBytes })}`,
    );
    if (room.body.code !== 'media_not_found') throw refusal(room);
    print(
      `Fetching ${cid}${sizeBytes === undefined ? '' : ` (${sizeBytes.toLocaleString('en')} bytes)`} ...`,
    );
    const whole = `/offers/${cid}${query(options, { max_size: maxBytes })}`;
    const taken = await host.call('PUT', whole, toldSource(source, print));
    if (taken.status !== 200) throw refusal(taken);
    return taken;
  } finally {
    source.content.destroy();
  }
}

/** A protected video that is kept: with its keys, where its creator has granted them, it is served. */
async function unlocked(
  host: OwnHost,
  options: Provide,
  kept: HostAnswer,
  open: () => Promise<ScriptContext>,
  print: Call['print'],
): Promise<HostAnswer> {
  const { from, cid, grant, waits } = options;
  if (from === null) return kept;
  const lacking = lackingIn(kept);
  using context = await open();
  const stopping = new AbortController();
  void host.ended?.then(() => stopping.abort());
  const note = noting(host, lacking, baseOf(from));
  const asking = { from: baseOf(from), grantFile: grant, waits, signal: stopping.signal, print, note };
  try {
    const secret = await grantedSecret(context, lacking, asking);
    if (secret === null) return kept;
    const base64 = Buffer.from(secret).toString('base64');
    // There each key is held against the video's content.json, before anything is registered.
    const brought = await host.call('PUT', `/offers/${cid}/secret`, {
      json: { version: 1, cid, content_creator_wallet: lacking.creator, secret: base64 },
    });
    if (brought.status !== 200) throw refusal(brought);
  } catch (error) {
    if (error instanceof CliError) await note({ state: 'failed', reason: readable(oneLine(error)) });
    throw error;
  }
  print(`Its creator has granted the keys, and they are those of ${cid}.`);
  // Somebody may have listed the CID meanwhile: it is this creator's listing all the same.
  const offered = await host.call('POST', `/offers/${cid}${query({ ...options, creator: lacking.creator })}`);
  if (offered.status !== 200) throw refusal(offered);
  return offered;
}

/** For the provider's eyes, by `GET /key-requests`: where the host is away, or older, nothing is lost but that. */
function noting(host: OwnHost, { cid, contentId, contract }: Lacking, from: string) {
  return async (news: KeyRequestNews) => {
    const json = { content_id: contentId, contract, from, ...news };
    await host.call('PUT', `/offers/${cid}/key-request`, { json }).catch(() => undefined);
  };
}

/** Another host's words may hold what no host takes as a text. */
function readable(text: string): string {
  const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffd]+/gu;
  return text.slice(0, MAX_REASON).toWellFormed().replace(unfit, ' ');
}

async function sourceOf(context: ScriptContext, { cid, from, file }: Provide): Promise<Source> {
  if (file !== null) return await fileSource(file.path, file.option);
  if (from !== null) return await hostSource(context, from, cid);
  throw new CliError(
    `The host does not have ${cid}: name where it is, by --from URL, --file FILE or --car FILE.`,
  );
}

async function stop(host: OwnHost, options: Which): Promise<string> {
  const answer = await host.call('DELETE', `/offers/${options.cid}${query(options)}`);
  if (answer.status !== 200) throw refusal(answer);
  const file = answer.body.removed
    ? 'its file is gone'
    : 'its file stays: a creator has uploaded it here, or it is served by another listing';
  return `${options.cid} is served no more, and ${file}.`;
}

function served({ body }: HostAnswer, { isPublicChain }: { isPublicChain: boolean }): string[] {
  if (body.stream_url === null) return [String(body.message)];
  const url = new URL(String(body.stream_url));
  const isReachable = !isPublicChain || isPublicUrl(url);
  return [
    `${body.cid} is served at ${body.stream_url},`,
    `for the provider ${body.content_distributor_wallet}, as listed by ${body.content_creator_wallet}.`,
    ...(isReachable ? [] : [onlyHere(url.hostname.replace(/^\[|\]$/g, ''))]),
  ];
}

function onlyHere(name: string): string {
  const how = 'set PUBLIC_URL to an address that leads here from elsewhere, and run this again.';
  return `${name} reaches ${LOOPBACK.test(name) ? 'only this machine' : 'nobody outside your network'}: ${how}`;
}

function query({ creator, token }: Which, more: Record<string, number | null | undefined> = {}): string {
  const all = { creator, token, ...more };
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value != null) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
}
