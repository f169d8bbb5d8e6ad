import { expect } from 'chai';
import { ZeroAddress, ZeroHash, zeroPadValue } from 'ethers';
import { CID, CREATOR, expectProblem, OTHER, PROVIDER, REGISTRATION, REPORT, useApi, VIEWER } from './api.ts';

const SECOND = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';

describe('a cursor', () => {
  const api = useApi();
  const cursors = new Map<string, string>();
  /** Each list, with more than one page of one row. */
  const lists = [
    '/contents',
    '/contents?search=sample',
    `/contents?creator=${CREATOR}`,
    '/contents?sort=views',
    '/contents?sort=price',
    '/contents?q=smaple',
    '/contents?served=true',
    '/streams',
    `/api/get-records/cid/${CID}`,
    `/api/get-records/cid/${SECOND}`,
    `/api/get-records/cid/${CID}?start_date=2023-01-01`,
    `/api/get-records/provider/${PROVIDER}`,
    `/api/get-records/viewer/${VIEWER}`,
    `/api/get-records/creator/${CREATOR}`,
    `/wallets/${VIEWER}/channels`,
    `/wallets/${VIEWER}/channels?role=viewer`,
    '/get_all_streams_by_cid',
    `/get_list_stream_by_wallet/${PROVIDER}`,
  ];
  const page = async (list: string, cursor?: string) => {
    const query = new URLSearchParams({ limit: '1', ...(cursor !== undefined && { cursor }) });
    return await api.get(`${list}${list.includes('?') ? '&' : '?'}${query}`);
  };

  before(async () => {
    for (const cid of [CID, SECOND]) {
      await api.post('/register', { ...REGISTRATION, cid });
      for (const timestamp of [1_690_000_000, 1_690_000_001])
        await api.post('/api/record-view', { ...REPORT, cid, timestamp });
    }
    for (const salt of [ZeroHash, zeroPadValue('0x01', 32)])
      await api.as(3).open(PROVIDER, ZeroAddress, OTHER, salt, 1n, { value: 1n });
    await api.settled();
    for (const list of lists) {
      const { body, headers } = await page(list);
      const linked = /cursor=([^>]+)>/.exec(headers.get('link') ?? '')?.[1];
      cursors.set(list, String(body.next_cursor ?? linked));
    }
  });

  it('goes on in its own list', async () => {
    for (const [list, cursor] of cursors) expect((await page(list, cursor)).status, list).to.equal(200);
  });

  it('is refused by any other list, and by the same with another filter', async () => {
    for (const list of lists) {
      for (const [other, cursor] of cursors)
        if (other !== list) expectProblem(await page(list, cursor), 400, 'bad_cursor', 'cursor');
    }
  });

  it('is refused where a client made it up', async () => {
    const made = Buffer.from('1690000000.1').toString('base64url');
    for (const list of lists) expectProblem(await page(list, made), 400, 'bad_cursor', 'cursor');
  });

  it('is one for all spellings of what is asked for', async () => {
    const cursor = cursors.get(`/contents?creator=${CREATOR}`);
    expect((await page(`/contents?creator=${CREATOR.toLowerCase()}&search=`, cursor)).status).to.equal(200);
  });
});
