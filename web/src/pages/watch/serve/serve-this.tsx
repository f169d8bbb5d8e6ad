import { useResource } from '../../../api/resource.ts';
import { useChain } from '../../../chain.tsx';
import { CopiedText } from '../../../components/copied-text.tsx';
import { sameHex } from '../../../lib/same-hex.ts';
import type { Wallet } from '../../../wallet/wallet.ts';
import { type OfListing, provideCommand, sellersOf } from './command.ts';
import { delegateOf } from './delegate.ts';

/** The command by which this host serves a listing: the page itself fetches nothing. */
export function ServeThis({
  wallet,
  provider,
  ...listing
}: OfListing & { wallet: Wallet; provider: string }) {
  const { chain_id } = useChain();
  const { contract } = listing.content;
  const isProvider = sameHex(wallet.address, provider);
  const isAsked = !isProvider && wallet.chainId === chain_id;
  const { data: delegate } = useResource(isAsked ? delegateOf(wallet, contract, provider) : null);
  if (!isProvider && !sameHex(wallet.address, delegate)) return null;
  return <Command {...listing} />;
}

function Command({ content, streams, isOneOfSeveral }: OfListing) {
  const sellers = sellersOf(streams, content);
  const which = isOneOfSeveral ? content : undefined;
  const isClear = content.media?.form === 'file' || content.media?.form === 'packaged';
  return (
    <details className="panel">
      <summary>Serve this</summary>
      <div className="stack-3">
        <p>Your host does not serve this video. Run this on its machine, in its folder:</p>
        {sellers.length === 0 && <CopiedText text={provideCommand(content.cid, undefined, which)} />}
        {sellers.map((from) => (
          <CopiedText key={from} text={provideCommand(content.cid, from, which)} />
        ))}
        <p className="small soft">{wordsOn(sellers.length)}</p>
        {!isClear && (
          <p className="small soft">
            The keys of a protected video come with the permission of its creator, by a signature.
          </p>
        )}
      </div>
    </details>
  );
}

function wordsOn(sellers: number): string {
  if (sellers === 0) return 'No host is known to have it: name the file that you have.';
  const several = sellers > 1 ? ' One of them is enough: each names another host that says it has it.' : '';
  return `It fetches the file, holds it against the CID, and registers your stream.${several}`;
}
