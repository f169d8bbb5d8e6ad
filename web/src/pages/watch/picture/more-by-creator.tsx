import { type Content, isSameListing } from '../../../api/answers.ts';
import { host } from '../../../api/host.ts';
import { useResource } from '../../../api/resource.ts';
import { VideoCard } from '../../../components/video-card.tsx';

const SHOWN = 4;
/** Retired ones among them are left out. */
const ASKED = 12;

/** What else its creator has published; nothing where that is all. */
export function MoreByCreator({ content }: { content: Content }) {
  const { data } = useResource(host.contents({ creator: content.content_creator_wallet, limit: ASKED }));
  const others = data?.contents.filter((each) => !each.retired && !isSameListing(each, content)) ?? [];
  if (others.length === 0) return null;
  return (
    <section className="whole-row stack-3">
      <h2>More by this creator</h2>
      <ul className="cards">
        {others.slice(0, SHOWN).map((each) => (
          <VideoCard key={`${each.contract} ${each.content_id}`} content={each} />
        ))}
      </ul>
    </section>
  );
}
