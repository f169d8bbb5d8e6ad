import { HOST } from './api/http.ts';
import { type ConnectionState, useConnection } from './api/live.ts';
import type { Readiness } from './api/readiness.ts';
import { useReadiness } from './api/use-readiness.ts';
import { useChain } from './chain.tsx';
import { Hash, ShownHash } from './components/hash.tsx';
import { Icon, type IconName } from './components/icon.tsx';
import { Notice } from './components/notice.tsx';
import { NAME } from './lib/name.ts';
import { Link, usePlace } from './router.tsx';
import { WalletButton } from './wallet/button.tsx';
import { chainName, explorerUrl } from './wallet/chains.ts';

const VIEWS: [path: string, name: string, icon: IconName][] = [
  ['/', 'Watch', 'watch'],
  ['/publish', 'Publish', 'publish'],
  ['/provide', 'Provide', 'provide'],
  ['/earnings', 'Earnings', 'earnings'],
];

/** The document's icon has it, mostly inside: it is not asked for a second time. */
const MARK = document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href;

export function Head() {
  const { path } = usePlace();
  const isHere = (to: string) => path === to || (to === '/' && /^\/(watch|creators)\//.test(path));
  return (
    <header className="head">
      <div className="head-inside">
        <Link href="/" className="brand line" aria-label={`${NAME}, to the start`}>
          <img src={MARK} alt="" width="30" height="30" />
          <span>{NAME}</span>
        </Link>
        <nav className="views" aria-label="Views">
          {VIEWS.map(([to, name, icon]) => (
            <Link key={to} href={to} className="line" aria-current={isHere(to) ? 'page' : undefined}>
              <Icon name={icon} /> {name}
            </Link>
          ))}
        </nav>
        <WalletButton />
      </div>
    </header>
  );
}

/** A notice that the host does not answer. */
export function ConnectionNotice() {
  const connection = useConnection();
  if (connection !== 'lost') return null;
  return (
    <Notice tone="bad" title="The host does not answer." announce>
      <p>What you see may be old. The page goes on by itself as soon as the host is back.</p>
    </Notice>
  );
}

export function Footer() {
  const { chain_id, contract } = useChain();
  const connection = useConnection();
  const readiness = useReadiness(connection);
  const explorer = explorerUrl(chain_id, 'address', contract);
  return (
    <footer className="foot small soft">
      <ConnectionStatus connection={connection} readiness={readiness} />
      <span>
        Contract{' '}
        {explorer ? (
          <a href={explorer}>
            <ShownHash text={contract} />
          </a>
        ) : (
          <Hash text={contract} />
        )}{' '}
        on {chainName(chain_id)}
      </span>
      <a href={`${HOST}/docs`}>API</a>
    </footer>
  );
}

interface ConnectionStatusProps {
  connection: ConnectionState;
  readiness: Readiness | undefined;
}

/** Green only while the host says that it shows all of the chain. */
function ConnectionStatus({ connection, readiness }: ConnectionStatusProps) {
  if (connection !== 'live' || !readiness) {
    return (
      <span className={`line connection connection-${connection === 'live' ? 'connecting' : connection}`}>
        Not connected
      </span>
    );
  }
  if (readiness.ready) return <span className="line connection connection-live">Live</span>;
  return (
    <span className="line connection connection-behind" role="status">
      {readiness.title}
      {readiness.why && `: ${readiness.why}`}
    </span>
  );
}
