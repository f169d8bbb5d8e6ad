import { useDeferredValue, useState } from 'react';
import { host } from '../api/host.ts';
import { useResource } from '../api/resource.ts';
import { Button } from '../components/form/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Page } from '../components/page.tsx';
import { Empty, ResourceView } from '../components/states.tsx';
import { VideoCard, VideoCardSkeletons } from '../components/video-card.tsx';
import { Link, setQuery, usePlace } from '../router.tsx';

const PAGE_SIZE = 24;

/** All that is published, newest first. */
export function Catalogue() {
  const { query } = usePlace();
  const typed = query.get('search') ?? '';
  const search = useDeferredValue(typed);
  const [pages, setPages] = useState(1);
  const limit = pages * PAGE_SIZE;
  const found = useResource(host.contents({ search, limit }), { keep: true });
  return (
    <Page
      title="Watch"
      lead="Pay per view from your wallet: creator and provider are paid at once, by the contract."
    >
      <Search text={typed} />
      <ResourceView resource={found} loading={<VideoCardSkeletons />}>
        {({ contents, next_cursor }) => (
          <>
            {contents.length === 0 && <NothingFound search={search} />}
            <ul className="cards">
              {contents.map((content) => (
                <VideoCard key={`${content.contract} ${content.content_id}`} content={content} />
              ))}
            </ul>
            {next_cursor && (
              <Button look="quiet" className="more" onClick={() => setPages(pages + 1)}>
                Show more
              </Button>
            )}
          </>
        )}
      </ResourceView>
    </Page>
  );
}

function Search({ text }: { text: string }) {
  return (
    <search className="search line">
      <Icon name="search" />
      <label className="out-of-sight" htmlFor="search">
        Search by name or CID
      </label>
      <input
        id="search"
        type="search"
        placeholder="Search by name or CID"
        value={text}
        maxLength={200}
        onChange={({ target }) => setQuery({ search: target.value })}
      />
    </search>
  );
}

function NothingFound({ search }: { search: string }) {
  if (search) {
    return (
      <Empty title={`Nothing matches “${search}”.`}>
        <p>Try a part of the name, or a whole CID.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing is published yet.">
      <p>
        <Link href="/publish">Publish the first video</Link>
      </p>
    </Empty>
  );
}
