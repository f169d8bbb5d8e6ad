import { Link } from '../../router.tsx';

export function WhatNext({ cid }: { cid: string }) {
  const path = encodeURIComponent(cid);
  return (
    <p>
      <Link href={`/watch/${path}`}>See it as viewers do</Link> ·{' '}
      <Link href={`/provide?cid=${path}`}>Serve it</Link>
    </p>
  );
}
