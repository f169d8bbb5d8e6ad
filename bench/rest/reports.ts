import { type Load, load } from './load.ts';
import type { Server } from './servers.ts';

/** Public test accounts of the development chain. */
const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const PROVIDER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const PRICE = '0.001';

/** Each report is of another viewer and another second; ten digits of a number make both. */
export async function loadReports(host: Server, seconds: number, countsFrom: number): Promise<Load> {
  const viewer = `0x${'0'.repeat(30)}%d`;
  const of = { cid: CID, blockchain_address: viewer, provider_wallet: PROVIDER, creator_wallet: CREATOR };
  const body = JSON.stringify({ ...of, price: PRICE, timestamp: '%d' }).replace('"%d"', '%d');
  return await load(host.url, { method: 'POST', paths: ['/api/record-view'], body, countsFrom }, seconds);
}

/** Lists the content that reports are of. */
export async function registerForReports(host: Server): Promise<void> {
  const terms = { video_name: 'Bench', creator_share: 70, provider_share: 30, price: PRICE };
  const wallets = { content_creator_wallet: CREATOR, content_distributor_wallet: PROVIDER };
  const answer = await fetch(`${host.url}/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ cid: CID, stream_url: 'http://localhost:9000/stream', ...terms, ...wallets }),
  });
  if (!answer.ok) throw new Error(`POST /register: ${answer.status} ${await answer.text()}`);
}
