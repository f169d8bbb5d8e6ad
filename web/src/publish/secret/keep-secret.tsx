import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { sameHex } from '../../lib/same-hex.ts';
import { useSavingSecret } from './save-secret.ts';

const LABELS = {
  working: 'Asking the host …',
  wallet: 'Sign in with your wallet: the file is for its creator alone.',
  done: 'Saved. Keep it where nobody else reads it.',
};

/** The file with which a creator can leave this host. */
export function KeepSecret({ cid, name }: { cid: string; name: string }) {
  const save = useSavingSecret(cid, name);
  return (
    <div className="stack-2">
      <p className="small soft">
        Keep this file: with it the keys can be given to another host. <Others cid={cid} /> Whoever has the
        file can open the video.
      </p>
      <ActionButton action={save} labels={LABELS} look="quiet">
        Save the key file
      </ActionButton>
    </div>
  );
}

/** Anybody may register to serve it: that shows no key. */
function Others({ cid }: { cid: string }) {
  const { provider_wallet } = useChain();
  const { data } = useResource(host.streamsOf(cid));
  if (!data) return null;
  const isOther = data.streams.some(
    (each) => !sameHex(each.content_distributor_wallet, provider_wallet ?? ''),
  );
  return isOther
    ? 'Others are registered to serve the video. Whether they have its keys is not known here: without the file the keys may go with this host.'
    : 'Nobody else is registered to serve the video: without the file its keys go with this host.';
}
