import { useChain } from '../chain.tsx';
import { short } from '../lib/short.ts';
import { explorerUrl } from '../wallet/chains.ts';
import { type Copied, useCopy } from './copied-text.tsx';
import { Icon } from './icon.tsx';

interface HashProps {
  text: string;
  head?: number;
  tail?: number;
}

const WORDS: Record<Copied, string> = {
  none: '',
  done: 'copied',
  failed: 'not copied: the browser does not allow it',
};

/** An address or a CID: enough of it to tell apart, the whole of it on hover; a click copies that. */
export function Hash({ text, head = 6, tail = 4 }: HashProps) {
  const [outcome, copy] = useCopy(text);
  const shown = short(text, head, tail);
  return (
    <span className={`hash ${shown === text ? 'hash-whole' : ''}`}>
      <button type="button" title={text} aria-label={`Copy ${shown}`} onClick={copy}>
        <code>{shown}</code>
      </button>
      <span role="status" className="soft small">
        {WORDS[outcome]}
      </span>
    </span>
  );
}

/** The same inside of a link or a label, where nothing else can be clicked. */
export function ShownHash({ text, head, tail }: HashProps) {
  return (
    <code className="shown-hash" title={text}>
      {short(text, head, tail)}
    </code>
  );
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
