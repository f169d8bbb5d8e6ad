import type { Content } from '../api/answers.ts';
import { contentPath } from '../api/host.ts';
import type { SignedRequest } from './submit.ts';

// The host's calls by which it submits what a wallet has signed.

export function retirement({ cid, content_creator_wallet, token }: Content): SignedRequest {
  return { method: 'DELETE', path: contentPath(cid), body: { content_creator_wallet, token } };
}

export function cancellation({ cid, content_creator_wallet, token }: Content): SignedRequest {
  return { method: 'PATCH', path: contentPath(cid), body: { content_creator_wallet, token, terms: null } };
}

export function registration(content: Content, provider: string, streamUrl: string): SignedRequest {
  const { cid, video_name, content_creator_wallet, creator_share, provider_share, price, token } = content;
  const listing = { cid, video_name, content_creator_wallet, creator_share, provider_share, price, token };
  const stream = { stream_url: streamUrl, content_distributor_wallet: provider };
  return { method: 'POST', path: '/register', body: { ...listing, ...stream } };
}

export function deregistration(content: Content, provider: string): SignedRequest {
  const { cid, content_creator_wallet: creator, token } = content;
  return {
    method: 'POST',
    path: '/deregister',
    body: { cid, content_distributor_wallet: provider, creator, token },
  };
}
