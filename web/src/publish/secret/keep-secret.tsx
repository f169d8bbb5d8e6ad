import { ActionButton } from '../../components/form/action-button.tsx';
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
        Keep this file: with it the keys can be given to another host. Where no other host has them, they go
        when this one goes. Whoever has the file can open the video.
      </p>
      <ActionButton action={save} labels={LABELS} look="quiet">
        Save the key file
      </ActionButton>
    </div>
  );
}
