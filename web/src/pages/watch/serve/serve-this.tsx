import { CopiedText } from '../../../components/copied-text.tsx';
import { useActsFor } from '../../../playback/use-acts-for.ts';
import type { Wallet } from '../../../wallet/wallet.ts';
import { type OfListing, provideCommand, sellersOf } from './command.ts';
import { ExportLines } from './export-lines.tsx';

/** The command by which this host serves a listing: the page itself fetches nothing. */
export function ServeThis({
  wallet,
  provider,
  ...listing
}: OfListing & { wallet: Wallet; provider: string }) {
  if (!useActsFor(wallet, listing.content.contract, provider)) return null;
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
        <ExportLines />
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
