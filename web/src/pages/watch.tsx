import { type Content, type ContentListings, isSameListing } from '../api/answers.ts';
import { host } from '../api/host.ts';
import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { Hash } from '../components/hash.tsx';
import { Page } from '../components/page.tsx';
import { Empty, Loading, ResourceView } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { About } from '../publish/about/about.tsx';
import { Link, usePlace } from '../router.tsx';
import { FirstListing } from './watch/first-listing.tsx';
import { MoreByCreator } from './watch/picture/more-by-creator.tsx';
import { RecentViews } from './watch/recent-views.tsx';
import { ForOperator } from './watch/serve/for-operator.tsx';
import { Share } from './watch/share/share.tsx';
import { Stage } from './watch/stage.tsx';

/** One video: who serves it, paying for it, and playing it. */
export function Watch({ cid }: { cid: string }) {
  const { query } = usePlace();
  const { contract } = useChain();
  const listings = useResource(host.listings(cid));
  const streams = useResource(host.streamsOf(cid));
  const content =
    listings.data && listingAt(listings.data, query.get('id'), query.get('contract') ?? contract);
  return (
    <div className="watch stack-5">
      <Page title={content?.video_name ?? 'Video'} lead={content && <Facts content={content} />}>
        <ResourceView resource={listings} loading={<Loading lines={8} />}>
          {(known) => {
            if (!content) return <Empty title="There is no such listing of this video." />;
            return (
              <>
                <FirstListing content={content} listings={known} />
                <ResourceView resource={streams}>
                  {(found) => (
                    <>
                      <Stage key={content.content_id} content={content} streams={found.streams} />
                      <ForOperator
                        content={content}
                        streams={found.streams}
                        isOneOfSeveral={known.contents.length > 1}
                      />
                    </>
                  )}
                </ResourceView>
                <Share content={content} first={known.first} />
                <About content={content} />
                <MoreByCreator content={content} />
                <RecentViews content={content} />
              </>
            );
          }}
        </ResourceView>
      </Page>
    </div>
  );
}

/** The listing that the address names, else the first that is still sold, so that no link leads to a copied listing. */
function listingAt({ contents, first }: ContentListings, id: string | null, contract: string) {
  const same = id === null ? contents : contents.filter(({ content_id }) => content_id === id);
  const original = first && same.find((each) => isSameListing(each, first));
  if (id === null && original && !original.retired) return original;
  return same.find((each) => each.contract === contract) ?? same[0];
}

function Facts({ content: { content_creator_wallet: creator, published_at, cid } }: { content: Content }) {
  return (
    <>
      by <Hash text={creator} /> (<Link href={`/creators/${creator}`}>all videos</Link>),{' '}
      <Time iso={published_at} /> · <Hash text={cid} head={10} tail={6} />
    </>
  );
}
