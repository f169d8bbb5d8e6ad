import { termsInForce } from '../../../indexer/contract/effective-terms.ts';
import { lookAt } from '../../../indexer/playback/probes/look.ts';
import { createReach } from '../../../indexer/playback/probes/reach.ts';
import { type Finding, verdictOf } from '../../../indexer/playback/probes/rules.ts';
import type { Store, StreamRow } from '../../../indexer/store/store.ts';
import { type Call, CliError } from '../cli.ts';
import { amountText, coinsOf } from '../coins.ts';
import { openScriptContext, openStores, type ScriptContext } from '../script-context.ts';
import { table } from '../table.ts';
import { buyOne, type Sold } from './buy.ts';
import { probeOptions } from './options.ts';

const PAGE = 1_000;

/** @throws {CliError} also where something is wrong */
export async function runProbe({ argv, env, print }: Call): Promise<void> {
  const { url, pay, yes } = probeOptions(argv);
  using context = await openScriptContext(env);
  await using stores = await openStores(context);
  const stream = stores && (await registeredAt(stores.store, url));
  if (!stores || !stream)
    throw new CliError(`Nobody has registered a stream at ${url}, as the records in DATA_DIR have it.`);
  const listing = await stores.store.contentById(stream.contract, stream.contentId);
  if (listing === null) throw new CliError('The listing of the stream is not in the records.');

  const nowSec = () => Math.floor(Date.now() / 1000);
  // Who runs this names the address himself.
  const reach = createReach({ allowsPrivate: true });
  const nothing = { find: async () => null, block: async () => null };
  const look = await lookAt(stream, listing, { reach, storage: nothing, chainId: context.chainId, nowSec });
  const findings = [...look.findings];
  print(...shown(findings));
  if (pay && verdictOf(findings).state !== 'wrong') {
    const { pricePerUnit: price, unit, retired } = termsInForce(listing, nowSec());
    if (retired || price === 0n) throw new CliError('Nothing is sold there: it is free, or retired.');
    const sold: Sold = { ...stream, token: listing.token, price };
    const coinOf = await coinsOf(context, [listing]);
    const costs = `A ${unit} costs ${amountText(price, coinOf(listing.token))} there, and the gas of one transaction`;
    if (!yes) return print('', `${costs}. Nothing is paid. To buy one, add --yes.`);
    print('', `${costs}. Paying …`);
    findings.push(...(await bought(context, sold, print)));
  }
  const { state, reason } = verdictOf(findings);
  if (state === 'wrong' || state === 'silent') throw new CliError(`The stream is ${state}: ${reason}.`);
  print('', state === 'ok' ? 'All that could be seen is right.' : 'Nothing could be compared.');
}

async function bought(context: ScriptContext, sold: Sold, print: Call['print']): Promise<Finding[]> {
  const { finding, proof } = await buyOne(context, sold);
  print('', ...shown([finding]));
  if (proof === null) print('', 'It gave no receipt.');
  else {
    const id = `${sold.contract}-${sold.contentId}-${sold.provider}`.toLowerCase();
    const isWrong = finding.result === 'wrong';
    print(
      '',
      isWrong ? `A proof, for POST /streams/${id}/proofs of any host:` : 'Its receipt:',
      JSON.stringify(proof),
    );
  }
  return [finding];
}

function shown(findings: readonly Finding[]): string[] {
  return table([
    ['check', 'is', 'what was seen'],
    ...findings.map(({ check, result, detail }) => [check, result, detail]),
  ]);
}

async function registeredAt(store: Pick<Store, 'activeStreams'>, url: string): Promise<StreamRow | null> {
  const plain = (text: string) => text.replace(/\/+$/, '');
  for (let after: StreamRow | undefined; ; ) {
    const page = await store.activeStreams({ limit: PAGE, after });
    const found = page.find((row) => plain(row.url) === plain(url));
    if (found || page.length < PAGE) return found ?? null;
    after = page.at(-1);
  }
}
