import { Page } from '../components/page.tsx';
import { Empty } from '../components/states.tsx';
import { Link } from '../router.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="There is no such view.">
        <p>
          <Link href="/">See all videos</Link>
        </p>
      </Empty>
    </Page>
  );
}
