import { lazy, Suspense } from 'react';
import { Boundary } from './components/boundary.tsx';
import { Loading } from './components/states.tsx';
import { Catalogue } from './pages/catalogue.tsx';
import { CreatorPage } from './pages/creator.tsx';
import { NotFound } from './pages/not-found.tsx';
import { usePlace } from './router.tsx';

// A landing loads the list alone, and neither a player nor what pays.
const Watch = lazy(async () => ({ default: (await import('./pages/watch.tsx')).Watch }));
const Publish = lazy(async () => ({ default: (await import('./pages/publish.tsx')).Publish }));
const Provide = lazy(async () => ({ default: (await import('./pages/provide.tsx')).Provide }));
const Earnings = lazy(async () => ({ default: (await import('./pages/earnings.tsx')).EarningsPage }));

/** The view that the address names. */
export function View() {
  const { path } = usePlace();
  return (
    <Boundary key={path}>
      <Suspense fallback={<Loading lines={6} />}>{viewAt(path)}</Suspense>
    </Boundary>
  );
}

function viewAt(path: string) {
  const [, cid] = /^\/watch\/([^/]+)$/.exec(path) ?? [];
  if (cid) return <Watch key={cid} cid={decodeURIComponent(cid)} />;
  const [, wallet] = /^\/creators\/(0x[0-9a-fA-F]{40})$/.exec(path) ?? [];
  if (wallet) return <CreatorPage key={wallet} wallet={wallet} />;
  switch (path) {
    case '/':
      return <Catalogue />;
    case '/publish':
      return <Publish />;
    case '/provide':
      return <Provide />;
    case '/earnings':
      return <Earnings />;
    default:
      return <NotFound />;
  }
}
