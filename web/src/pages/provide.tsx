import { Page } from '../components/page.tsx';
import { OwnStreams } from './provide/own-streams.tsx';
import { Register } from './provide/register.tsx';

/** A provider's view: says on chain which videos one serves, and where. */
export function Provide() {
  return (
    <Page
      title="Provide"
      lead="Serve a video at an address of yours: viewers who choose you pay you your share of each view."
    >
      <div className="columns">
        <Register />
        <OwnStreams />
      </div>
    </Page>
  );
}
