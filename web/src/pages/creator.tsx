import { Hash } from '../components/hash.tsx';
import { Page } from '../components/page.tsx';
import { Empty } from '../components/states.tsx';
import { short } from '../lib/short.ts';
import { Link } from '../router.tsx';
import { VideoListing } from './catalogue/listing.tsx';

/** All that a wallet has published. */
export function CreatorPage({ wallet }: { wallet: string }) {
  return (
    <Page
      title={`Videos by ${short(wallet)}`}
      lead={
        <>
          A creator is a wallet: <Hash text={wallet} head={10} tail={8} />
        </>
      }
    >
      <VideoListing
        of={{ creator: wallet.toLowerCase() }}
        nothing={
          <Empty title="This wallet has published nothing here.">
            <p>
              <Link href="/">See all videos</Link>
            </p>
          </Empty>
        }
      />
    </Page>
  );
}
