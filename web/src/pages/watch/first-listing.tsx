import { type Content, type ContentListings, isSameListing } from '../../api/answers.ts';
import { useChain } from '../../chain.tsx';
import { Notice } from '../../components/notice.tsx';
import { watchUrl } from '../../components/video-card.tsx';
import { short } from '../../lib/short.ts';
import { Link } from '../../router.tsx';

interface FirstListingProps {
  content: Content;
  listings: ContentListings;
}

/** Anybody can list any file: where several have, it says who was first. */
export function FirstListing({ content, listings: { contents, first } }: FirstListingProps) {
  const chain = useChain();
  if (!first || contents.length < 2) return null;
  if (isSameListing(first, content)) {
    return <p className="small soft">Others list the same file; this listing was the first.</p>;
  }
  const known = contents.find((each) => isSameListing(first, each));
  return (
    <Notice tone="warm" title="This is not the first listing of the file.">
      <p>
        {known ? `First listed by ${short(known.content_creator_wallet)}: ` : 'First listed elsewhere: '}
        <Link href={watchUrl({ cid: content.cid, ...first }, chain.contract)}>
          see {known ? `“${known.video_name}”` : 'that listing'}
        </Link>
      </p>
    </Notice>
  );
}
