// What somebody writes over a generated client: compiled beside it, and run against a host.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Problem = components['schemas']['Problem'];

const [host = '', cid = '', creator = '', provider = '', viewer = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: host });

const { data: chain } = await client.GET('/chain');
const { data: listed } = await client.GET('/contents', { params: { query: { search: 'Sample', limit: 5 } } });
const { data: content } = await client.GET('/contents/{cid}', { params: { path: { cid } } });
const terms = { creator_share: 70, provider_share: 30, price: '0.001' } as const;
const { error: refused } = await client.POST('/register', {
  body: {
    ...{ cid, video_name: 'Sample Video', ...terms, stream_url: 'https://provider.example/stream' },
    ...{ content_creator_wallet: creator, content_distributor_wallet: provider },
  },
});
if (refused) throw new Error(refused.detail);
const { data: streams } = await client.GET('/streams/{cid}', { params: { path: { cid } } });
const view = { cid, blockchain_address: viewer, provider_wallet: provider, creator_wallet: creator };
const { data: reported, response } = await client.POST('/api/record-view', {
  body: { ...view, price: '0.001', timestamp: '2023-07-31T12:00:00Z' },
});
const { data: earned } = await client.GET('/wallets/{wallet}/earnings', {
  params: { path: { wallet: creator } },
});
// @ts-expect-error: there is no such query
await client.GET('/contents', { params: { query: { serach: 'Sample' } } });
const { error } = await client.GET('/contents/{cid}', { params: { path: { cid: 'none' } } });
const problem: Problem | undefined = error;

const chainId: number | undefined = chain?.chain_id;
const names: string[] | undefined = listed?.contents.map(({ video_name }) => video_name);
const prices: string[] | undefined = content?.contents.map(({ price }) => price);
const urls: string[] | undefined = streams?.streams.map(({ stream_url }) => stream_url);
const settled: boolean | undefined = reported?.settled;
const coins: number | undefined = earned?.by_coin.length;
const { status } = response;
console.log(JSON.stringify({ chainId, names, prices, urls, status, settled, coins, code: problem?.code }));
