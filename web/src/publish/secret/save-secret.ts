import { host } from '../../api/host.ts';
import { inSession } from '../../api/session.ts';
import type { Action } from '../../contract/action.ts';
import { useWalletAction } from '../../contract/use-write.ts';
import { saveFile } from '../../lib/save-file.ts';

/** Asks the host for the secret of a video, as its creator, and saves it as a file. */
export function useSavingSecret(cid: string, name: string): Action {
  return useWalletAction({ what: `secret:${cid}` }, async ({ wallet }, steps) => {
    const secret = await inSession(wallet, steps, (token) => host.secret(cid, token));
    saveFile(`${fileName(name)}.secret.json`, `${JSON.stringify(secret, null, 2)}\n`);
    return undefined;
  });
}

/** What every file system takes. */
function fileName(name: string): string {
  return (
    name
      .trim()
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, '_')
      .slice(0, 80) || 'video'
  );
}
