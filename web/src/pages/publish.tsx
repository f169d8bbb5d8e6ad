import { Page } from '../components/page.tsx';
import { setQuery, usePlace } from '../router.tsx';
import { FromCid } from './publish/from-cid.tsx';
import { FromFile } from './publish/from-file.tsx';
import { OwnVideos } from './publish/own-videos.tsx';

/** A creator's view: what one sells, and under which terms. */
export function Publish() {
  const { query } = usePlace();
  const fromCid = query.get('from') === 'cid';
  return (
    <Page
      title="Publish"
      lead="The file goes to this host and IPFS, its price and split go on chain, under your name."
    >
      <div className="columns">
        <form className="panel stack-4" onSubmit={(event) => event.preventDefault()}>
          <div className="tabs">
            <button type="button" aria-pressed={!fromCid} onClick={() => setQuery({ from: '', cid: '' })}>
              A file
            </button>
            <button type="button" aria-pressed={fromCid} onClick={() => setQuery({ from: 'cid' })}>
              On IPFS already
            </button>
          </div>
          {fromCid ? <FromCid key={query.get('cid')} /> : <FromFile />}
        </form>
        <OwnVideos />
      </div>
    </Page>
  );
}
