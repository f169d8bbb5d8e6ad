import { HOST } from './api/http.ts';
import { type Line, useLine } from './api/live.ts';
import type { Readiness } from './api/readiness.ts';
import { useReadiness } from './api/use-readiness.ts';
import { useChain } from './chain.tsx';
import { Hash } from './components/hash.tsx';
import { Icon, type IconName } from './components/icon.tsx';
import { Notice } from './components/notice.tsx';
import { Link, usePlace } from './router.tsx';
import { WalletButton } from './wallet/button.tsx';
import { chainName, explorerUrl } from './wallet/chains.ts';

const VIEWS: [path: string, name: string, icon: IconName][] = [
  ['/', 'Watch', 'watch'],
  ['/publish', 'Publish', 'publish'],
  ['/provide', 'Provide', 'provide'],
  ['/earnings', 'Earnings', 'earnings'],
];

export function Head() {
  const { path } = usePlace();
  const isHere = (to: string) => path === to || (to === '/' && path.startsWith('/watch/'));
  return (
    <header className="head">
      <div className="head-inside">
        <Link href="/" className="brand" aria-label="stream-host, to the start">
          <img src="/favicon.svg" alt="" width="30" height="30" />
          <span>stream-host</span>
        </Link>
        <nav className="views" aria-label="Views">
          {VIEWS.map(([to, name, icon]) => (
            <Link key={to} href={to} aria-current={isHere(to) ? 'page' : undefined}>
              <Icon name={icon} /> {name}
            </Link>
          ))}
        </nav>
        <WalletButton />
      </div>
    </header>
  );
}

/** The host went away: what stands here may be old. */
export function LineNote() {
  const line = useLine();
  if (line !== 'lost') return null;
  return (
    <Notice tone="bad" title="The host does not answer." announce>
      <p>What you see may be old. The page goes on by itself as soon as the host is back.</p>
    </Notice>
  );
}

export function Footer() {
  const { chain_id, contract } = useChain();
  const line = useLine();
  const readiness = useReadiness(line);
  const explorer = explorerUrl(chain_id, 'address', contract);
  return (
    <footer className="foot small soft">
      <LineState line={line} readiness={readiness} />
      <span>
        Contract {explorer ? <a href={explorer}>{<Hash text={contract} />}</a> : <Hash text={contract} />} on{' '}
        {chainName(chain_id)}
      </span>
      <a href={`${HOST}/docs`}>API</a>
    </footer>
  );
}

/** Green only while the host says that it shows all of the chain. */
function LineState({ line, readiness }: { line: Line; readiness: Readiness | undefined }) {
  if (line !== 'live' || !readiness) {
    return <span className={`line line-${line === 'live' ? 'connecting' : line}`}>Not connected</span>;
  }
  if (readiness.ready) return <span className="line line-live">Live</span>;
  return (
    <span className="line line-behind" role="status">
      {readiness.title}
      {readiness.why && `: ${readiness.why}`}
    </span>
  );
}
