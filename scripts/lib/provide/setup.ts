import { getAddress } from 'ethers';
import { hostInterface, hostsBy } from '../../../indexer/contract/interface.ts';
import { operatorWallet, type ScriptContext } from '../script-context.ts';

/** What has to be done once so that the host's key may serve for PROVIDER_WALLET, and whether it is done. */
export async function setupText(context: ScriptContext): Promise<string[]> {
  const { address: key } = operatorWallet(context);
  const provider = context.config.providerWallet ?? key;
  const contract = getAddress(context.contract);
  if (provider === key) {
    return [
      `There is nothing to set up: this host serves for its own key, ${key}.`,
      'To earn to a wallet that is not on this machine, set PROVIDER_WALLET to it and run this again.',
    ];
  }
  const delegate = await hostsBy(context.provider)(contract).claimDelegateOf(provider);
  if (delegate === key) return [`It is done: ${provider} has named this host's key, ${key}, its delegate.`];
  return [
    `It is not done yet: this host's key, ${key}, can't register streams of ${provider}.`,
    `Send from the wallet ${provider} to the contract ${contract}, without value:`,
    '',
    `  setClaimDelegate(${key})`,
    hostInterface.encodeFunctionData('setClaimDelegate', [key]),
    '',
    'The delegate manages streams and claims what viewers signed; it can not touch what the wallet has earned.',
  ];
}
