import { Page } from '../components/page.tsx';
import { Empty } from '../components/states.tsx';
import { Link } from '../router.tsx';
import { VideoListing } from './catalogue/listing.tsx';

/** All that is published. */
export function Catalogue() {
  return (
    <Page
      title="Watch"
      lead="Pay for what you watch, from your wallet: creator and provider are paid by the contract, and nobody between them."
    >
      <VideoListing
        nothing={
          <Empty title="Nothing is published yet.">
            <p>
              <Link href="/publish">Publish the first video</Link>
            </p>
          </Empty>
        }
      />
    </Page>
  );
}
