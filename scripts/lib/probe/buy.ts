import { memoryStorage, openChannel, openVideo, WrongKey } from '../../../client/index.ts';
import { hostsBy } from '../../../indexer/contract/interface.ts';
import type { Finding } from '../../../indexer/playback/probes/rules.ts';
import type { StreamRow } from '../../../indexer/store/store.ts';
import { operatorWallet, type ScriptContext } from '../script-context.ts';

export interface Sold extends Pick<StreamRow, 'contract' | 'contentId' | 'provider' | 'url' | 'cidKey'> {
  token: string;
  /** Base units of one unit. */
  price: bigint;
}

/** What a proof is filed by. */
interface Proof {
  receipt: object;
  signature: string;
  /** Base64. */
  key: string;
}

/** A deposit that is not final buys nothing as small as this: it waits for its blocks. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Buys the key of the first unit that has one, by a channel that holds just its price.
 * @returns also what the provider has signed, where it did
 * @throws {ClientError} where nothing came of it
 */
export async function buyOne(
  context: ScriptContext,
  { contract, contentId, provider, url, cidKey, token, price }: Sold,
): Promise<{ finding: Finding; proof: Proof | null }> {
  const { chainId, provider: chain } = context;
  const wallet = operatorWallet(context);
  const parties = { chainId, contract, provider, token };
  const storage = memoryStorage();
  let proof: Proof | null = null;
  const watching = async (address: string, init?: RequestInit) => {
    const answer = await fetch(address, init);
    if (init?.method === 'POST' && answer.ok) proof = proofIn(await answer.clone().json()) ?? proof;
    return answer;
  };
  const delegate = await hostsBy(chain)(contract).claimDelegateOf(provider);
  const video = await openVideo({
    ...{ ...parties, storage, delegate, contentId, cid: cidKey, playUrl: url, unitPrice: price },
    ...{ patienceMs: PATIENCE_MS, fetch: watching },
  });
  const unit = video.content.keyHashes.findIndex(Boolean);
  video.payFrom(await openChannel({ ...parties, storage, facts: { chain }, wallet, deposit: price }));
  try {
    await video.fetchKeys([unit]);
    const finding: Finding = {
      check: 'key',
      result: 'right',
      reason: null,
      detail: `Key ${unit} is the one that the CID names.`,
    };
    return { finding, proof };
  } catch (error) {
    if (!(error instanceof WrongKey)) throw error;
    const finding: Finding = { check: 'key', result: 'wrong', reason: 'key_differs', detail: error.message };
    return { finding, proof };
  }
}

function proofIn(answer: unknown): Proof | null {
  const { keys, receipts } = Object(answer) as Record<string, Record<string, unknown> | undefined>;
  const [unit = '', signed] = Object.entries(receipts ?? {})[0] ?? [];
  if (!signed) return null;
  const { signature, ...receipt } = Object(signed);
  return { receipt, signature: String(signature), key: String(keys?.[unit] ?? '') };
}
