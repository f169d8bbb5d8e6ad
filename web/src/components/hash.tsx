import { useChain } from '../chain.tsx';
import { explorerUrl } from '../wallet/chains.ts';
import { Icon } from './icon.tsx';

/** `0xf39F…2266`: enough to tell apart, the whole of it on hover. */
export function short(text: string, head = 6, tail = 4): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

export function Hash({ text }: { text: string }) {
  return <code title={text}>{short(text)}</code>;
}

/** A transaction, with a way to see it where there is a public place for that. */
export function TransactionLink({ hash, label = 'Transaction' }: { hash: string; label?: string }) {
  const { chain_id } = useChain();
  const url = explorerUrl(chain_id, 'tx', hash);
  if (!url) return <Hash text={hash} />;
  return (
    <a className="outward" href={url} target="_blank" rel="noreferrer" title={hash}>
      {label} <Icon name="out" />
      <span className="out-of-sight">(opens the block explorer in a new tab)</span>
    </a>
  );
}
