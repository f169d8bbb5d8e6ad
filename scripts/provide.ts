import { readConfig } from '../indexer/config/config.ts';
import { CliError, print, runScript } from './lib/cli.ts';
import { fileSource, type Source } from './lib/provide/file-source.ts';
import { hostSource } from './lib/provide/host-source.ts';
import { PROVIDE_USAGE, type ProvideOptions, provideOptions, type Which } from './lib/provide/options.ts';
import { type HostAnswer, type OwnHost, openOwnHost } from './lib/provide/own-host.ts';
import { toldSource } from './lib/provide/progress-source.ts';
import { refusal } from './lib/provide/refusal.ts';
import { setupText } from './lib/provide/setup.ts';
import { openScriptContext, type ScriptContext } from './lib/script-context.ts';

type Provide = Extract<ProvideOptions, { task: 'provide' }>;

await runScript(PROVIDE_USAGE, async (argv) => {
  const options = provideOptions(argv);
  if (options.task === 'setup') {
    using context = await openScriptContext();
    return print(...(await setupText(context)));
  }
  await using host = await openOwnHost(readConfig(process.env), options.url);
  if (options.task === 'stop') return await stop(host, options);
  await provide(host, options);
  if (host.ended === null) return;
  print('This host serves it until Ctrl-C.');
  process.exitCode = await host.ended;
});

async function provide(host: OwnHost, options: Provide): Promise<void> {
  const { cid, maxBytes } = options;
  const path = `/offers/${cid}${query(options)}`;
  const here = await host.call('POST', path);
  if (here.status === 200) return print(...served(here));
  if (here.body.code !== 'media_not_found') throw refusal(here);
  using context = await openScriptContext();
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
    print(...served(taken));
  } finally {
    source.content.destroy();
  }
}

async function sourceOf(context: ScriptContext, { cid, from, file }: Provide): Promise<Source> {
  if (file !== null) return await fileSource(file.path, file.option);
  if (from !== null) return await hostSource(context, from, cid);
  throw new CliError(
    `The host does not have ${cid}: name where it is, by --from URL, --file FILE or --car FILE.`,
  );
}

async function stop(host: OwnHost, options: Which): Promise<void> {
  const answer = await host.call('DELETE', `/offers/${options.cid}${query(options)}`);
  if (answer.status !== 200) throw refusal(answer);
  const file = answer.body.removed
    ? 'its file is gone'
    : 'its file stays: a creator has uploaded it here, or it is served by another listing';
  print(`${options.cid} is served no more, and ${file}.`);
}

function served({ body }: HostAnswer): string[] {
  return [
    `${body.cid} is served at ${body.stream_url},`,
    `for the provider ${body.content_distributor_wallet}, as listed by ${body.content_creator_wallet}.`,
  ];
}

function query({ creator, token }: Which, more: Record<string, number | null | undefined> = {}): string {
  const all = { creator, token, ...more };
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value != null) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
}
