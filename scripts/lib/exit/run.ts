import { hostsBy } from '../../../indexer/contract/interface.ts';
import { type Call, CliError } from '../cli.ts';
import { amountText, coinsOf } from '../coins.ts';
import { openScriptContext, type ScriptContext } from '../script-context.ts';
import { exitCalls, type OpenedChannel } from './calls.ts';
import { openedChannels } from './opened-channels.ts';
import { exitOptions } from './options.ts';

/** @throws {CliError} */
export async function runExit({ argv, env, print }: Call): Promise<void> {
  const options = exitOptions(argv);
  using context = await openScriptContext(env);
  const contract = options.contract?.toLowerCase() ?? null;
  const deployedAt =
    contract === null ? context.deployedAt : new Map([[contract, context.deployedAt.get(contract) ?? 0]]);
  const channels = await openedChannels(context.provider, deployedAt, options);
  if (channels.length === 0) throw new CliError('No such channel was opened on this chain.');
  for (const channel of channels) print(...(await exitText(context, channel)));
}

/** How the channel stands, and the calls. */
async function exitText(context: ScriptContext, channel: OpenedChannel): Promise<string[]> {
  const { contract, channelId, viewer, token } = channel;
  const host = hostsBy(context.provider)(contract);
  const { deposit, withdrawableAtSec } = await host.channelOf(channel);
  const delaySec = await host.withdrawDelaySec();
  const coinOf = await coinsOf(context, [channel]);
  return [
    `Channel ${channelId}, towards the provider ${channel.provider}`,
    `  holds ${amountText(deposit, coinOf(token))}`,
    withdrawableAtSec === 0n
      ? `  The delay is ${delaySec} s; until the deposit is taken the provider can claim what was signed.`
      : `  The deposit was asked for, and can be taken from ${new Date(Number(withdrawableAtSec) * 1000).toISOString()} on.`,
    `  Send from the wallet ${viewer} to the contract ${contract}, without value:`,
    ...exitCalls(channel).flatMap(({ what, call, data }) => ['', `  ${what}: ${call}`, data]),
    '',
  ];
}
