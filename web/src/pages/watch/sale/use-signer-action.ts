import type { JsonRpcSigner } from 'ethers';
import type { Content } from '../../../api/answers.ts';
import type { Action } from '../../../contract/action.ts';
import { useWalletAction } from '../../../contract/use-write.ts';

/** What the client does with the wallet for the deposit behind a content. @param name of the action */
export function useSignerAction(
  name: string,
  { contract, content_id }: Content,
  onDone: () => void,
  perform: (signer: JsonRpcSigner) => Promise<unknown>,
): Action {
  return useWalletAction({ what: `${name}:${contract}:${content_id}`, onDone }, async (actor, steps) => {
    steps.wallet();
    const { signerOf } = await import('../../../contract/stream-host.ts');
    await perform(await signerOf(actor.wallet, actor.chain));
    return undefined;
  });
}
