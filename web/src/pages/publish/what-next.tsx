import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import { sameHex } from '../../lib/same-hex.ts';
import { KeepSecret } from '../../publish/secret/keep-secret.tsx';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';

interface WhatNextProps {
  cid: string;
  asked: boolean;
  notServed?: string | undefined;
}

/**
 * What to do after a publication.
 * @param asked the host was asked to serve the video. @param notServed why it does not.
 */
export function WhatNext({ cid, asked, notServed }: WhatNextProps) {
  const { provider_wallet } = useChain();
  const creator = useWallet()?.address;
  const { data } = useResource(host.streamsOf(cid));
  const { data: listed } = useResource(host.listings(cid));
  const own = listed?.contents.find(({ content_creator_wallet }) => sameHex(content_creator_wallet, creator));
  const isServed = data?.streams.some(
    (stream) =>
      sameHex(stream.content_distributor_wallet, provider_wallet ?? undefined) &&
      sameHex(stream.content_creator_wallet, creator),
  );
  const path = encodeURIComponent(cid);
  return (
    <>
      {isServed && (
        <p className="line check check-good" role="status">
          <Icon name="check" /> Viewers can watch it now.
        </p>
      )}
      {notServed !== undefined && (
        <Notice tone="warm" title="This host does not serve it.">
          <p>{notServed}</p>
        </Notice>
      )}
      {asked && data && !isServed && (
        <p className="line check" role="status">
          <span className="spinner" aria-hidden="true" /> This host is to serve it; its stream is not on chain
          yet.
        </p>
      )}
      {own?.media?.form === 'protected' && <KeepSecret cid={cid} name={own.video_name} />}
      <p>
        <Link href={`/watch/${path}`}>See it as viewers do</Link>
        {data && !isServed && !asked && (
          <>
            {' '}
            · <Link href={`/provide?cid=${path}`}>Serve it</Link>
          </>
        )}
      </p>
    </>
  );
}
