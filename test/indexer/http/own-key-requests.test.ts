import { expect } from 'chai';
import { type Api, CREATOR, expectProblem, NATIVE, useApi } from './api.ts';

type Row = Record<string, unknown>;

const FROM = 'https://first.example';
const END = 1_900_000_000;

/** What `npm run provide` was told when it asked another host for keys. */
describe('GET /key-requests', () => {
  const api = useApi({ remote: true });
  let cid: string;
  let contentId: string;

  before(async () => {
    cid = await api.add('a film');
    ({ contentId } = await list(api, cid, 'A film'));
  });

  const note = async (body: object, of = cid) =>
    await api.send('PUT', `/offers/${of}/key-request`, body, api.asOperator);
  const noted = async (news: object) => {
    const answer = await note({ content_id: contentId, from: FROM, ...news });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  };
  const shown = async (query = '', headers: Record<string, string> = api.asOperator) =>
    (await api.get(`/key-requests${query}`, headers)).body.key_requests as Row[];

  it('shows the provider what it waits for: the listing, the host that was asked, until when', async () => {
    expect(await shown()).to.deep.equal([]);
    await noted({ state: 'waiting', until_sec: END });
    const [row, ...others] = await shown('', await api.signedIn(0));
    expect(others).to.deep.equal([]);
    expect(row).to.deep.include({
      ...{ cid, content_id: contentId, contract: api.chain.facts.contract, video_name: 'A film' },
      ...{ content_creator_wallet: CREATOR, token: NATIVE, from: FROM, state: 'waiting' },
      ...{ until: '2030-03-17T17:46:40Z', reason: null, has_keys: false },
    });
  });

  it('shows the last answer alone, and why it failed', async () => {
    const reason = `${FROM} gives no keys: it was taken down.`;
    await noted({ state: 'failed', from: 'https://second.example', reason });
    const [row, ...others] = await shown();
    expect(others).to.deep.equal([]);
    expect(row).to.deep.include({ state: 'failed', from: 'https://second.example', until: null, reason });
    await noted({ state: 'granted', until_sec: END });
    expect((await shown())[0]).to.deep.include({ state: 'granted', reason: null });
  });

  it('comes in pages', async () => {
    const other = await api.add('another film');
    const listed = await list(api, other, 'Another film');
    await note({ content_id: listed.contentId, from: FROM, state: 'waiting' }, other);
    const first = (await api.get('/key-requests?limit=1', api.asOperator)).body;
    expect((first.key_requests as Row[]).map(({ cid: of }) => of)).to.deep.equal([other]);
    const next = `/key-requests?limit=1&cursor=${first.next_cursor}`;
    const second = (await api.get(next, api.asOperator)).body;
    expect((second.key_requests as Row[]).map(({ cid: of }) => of)).to.deep.equal([cid]);
    expect(second.next_cursor).to.equal(null);
    const wrong = await api.get('/key-requests?cursor=wrong', api.asOperator);
    expectProblem(wrong, 400, 'bad_cursor', 'cursor');
  });

  it('is for the provider, its delegate and the operator alone', async () => {
    expectProblem(await api.get('/key-requests'), 401, 'sign_in_required');
    const stranger = await api.signedIn(1);
    const refused = await api.get('/key-requests', stranger);
    expectProblem(refused, 403, 'wallet_mismatch', 'Authorization');
    await (await api.as(0).setClaimDelegate(api.wallet(1).address)).wait();
    expect(await shown('', stranger)).to.have.length(2);
    const body = { content_id: contentId, from: FROM, state: 'granted' };
    const written = await api.send('PUT', `/offers/${cid}/key-request`, body, stranger);
    expectProblem(written, 401, 'operator_only');
  });

  it('takes nothing that it could not show', async () => {
    const right = { content_id: contentId, from: FROM, state: 'waiting' };
    for (const [field, value, code] of [
      ['state', 'expired', 'invalid_field'],
      ['from', 'javascript:alert(1)', 'bad_url'],
      ['until_sec', -1, 'bad_deadline'],
      ['reason', 'two\nlines', 'invalid_field'],
      ['content_id', '0x12', 'bad_content_id'],
    ] as const)
      expectProblem(await note({ ...right, [field]: value }), 400, code, field);
    const unlisted = { ...right, content_id: `0x${'01'.repeat(32)}` };
    expectProblem(await note(unlisted), 404, 'unknown_content', 'cid');
    expectProblem(await note(right, await api.add('of another CID')), 404, 'unknown_content', 'cid');
    expect(await shown()).to.have.length(2);
  });

  it('forgets what the operator wants no more', async () => {
    const stop = () => api.call('DELETE', `/offers/${cid}`, { headers: api.asOperator });
    expect((await stop()).status).to.equal(200);
    expect((await shown()).map(({ video_name: name }) => name)).to.deep.equal(['Another film']);
    expectProblem(await stop(), 404, 'unknown_stream', 'content_distributor_wallet');
  });
});

async function list(api: Api, cid: string, name: string) {
  const terms = { token: NATIVE, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit: 1, metadata: '' };
  await (await api.as(1).publish({ cid, name, ...terms })).wait();
  await api.settled();
  return { contentId: await api.as(1).contentIdOf(CREATOR, NATIVE, cid) };
}
