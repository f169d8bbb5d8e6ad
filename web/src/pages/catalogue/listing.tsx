import { type ReactNode, useDeferredValue } from 'react';
import { Button } from '../../components/form/button.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { Empty, ResourceView } from '../../components/states.tsx';
import { VideoCard, VideoCardSkeletons } from '../../components/video-card.tsx';
import { setQuery, usePlace } from '../../router.tsx';
import { CatalogueFilters } from './filters.tsx';
import { filtersIn, isNarrowed, NO_FILTERS } from './query.ts';
import { keyOf, useListed } from './use-listed.ts';

/**
 * Videos as the address asks for them.
 * @param of what the list is of, whatever the address says
 * @param nothing what stands there where there is none of it
 */
export function VideoListing({
  of = {},
  nothing,
}: {
  of?: Readonly<Record<string, string>>;
  nothing: ReactNode;
}) {
  const { query } = usePlace();
  const text = query.get('q') ?? query.get('search') ?? '';
  const filters = filtersIn(query);
  // Typing goes on while the list follows.
  const asked: Record<string, string> = JSON.parse(useDeferredValue(JSON.stringify({ ...filters, ...of })));
  const listed = useListed(asked);
  const isAll = !isNarrowed(filters);
  return (
    <>
      <CatalogueFilters filters={filters} known={listed.data?.contents ?? []} text={text} />
      <ResourceView resource={listed} loading={<VideoCardSkeletons />}>
        {({ contents, cursor }) => (
          <>
            {contents.length === 0 && (isAll ? nothing : <NothingFound search={filters.q} />)}
            <ul className="cards" aria-label="Videos">
              {contents.map((content) => (
                <VideoCard key={keyOf(content)} content={content} />
              ))}
            </ul>
            {listed.moreProblem !== undefined && <ErrorNotice error={listed.moreProblem} />}
            {cursor && (
              <Button
                look="quiet"
                className="more"
                busy={listed.isLoadingMore}
                onClick={() => void listed.more()}
              >
                {listed.moreProblem === undefined ? 'Show more' : 'Try again'}
              </Button>
            )}
          </>
        )}
      </ResourceView>
    </>
  );
}

function NothingFound({ search }: { search: string | undefined }) {
  const title = search ? `Nothing matches “${search}”.` : 'No video fits.';
  return (
    <Empty title={title}>
      <p>{search ? 'Try fewer words, or another spelling.' : 'Take a filter away, or all of them.'}</p>
      <Button look="quiet" onClick={() => setQuery(NO_FILTERS)}>
        Show all videos
      </Button>
    </Empty>
  );
}
