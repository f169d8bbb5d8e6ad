import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../router.tsx';
import { sameAddress, useWallet } from '../../wallet/wallet.ts';

/** After a publication. @param asked that this host serves it; what it has registered stands in the records. */
export function WhatNext({ cid, asked }: { cid: string; asked: boolean }) {
  const { provider_wallet } = useChain();
  const creator = useWallet()?.address;
  const { data } = useResource(host.streamsOf(cid));
  const isServed = data?.streams.some(
    (stream) =>
      sameAddress(stream.content_distributor_wallet, provider_wallet ?? undefined) &&
      sameAddress(stream.content_creator_wallet, creator),
  );
  const path = encodeURIComponent(cid);
  return (
    <>
      {isServed && (
        <p className="check check-good" role="status">
          <Icon name="check" /> Viewers can watch it now.
        </p>
      )}
      {asked && data && !isServed && (
        <p className="check" role="status">
          <span className="spinner" aria-hidden="true" /> This host is to serve it; its stream is not on chain
          yet.
        </p>
      )}
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
