import { expect } from 'chai';
import { parseEther } from 'ethers';
import type { z } from 'zod/mini';
import * as answers from '../../web/src/api/answers.ts';
import { CREATOR, PROVIDER, REGISTRATION, UPLOAD, useApi, VIEWER } from '../indexer/http/api.ts';

describe("the host's answers, as the page reads them", () => {
  const api = useApi();
  let cid: string;
  let uploaded: unknown;

  before(async () => {
    const { body } = await api.upload('a video', UPLOAD);
    uploaded = body;
    ({ cid } = body.meta as { cid: string });
    const { body: registered } = await api.post('/register', { ...REGISTRATION, cid });
    const { content_id } = registered.server as { content_id: string };
    const price = parseEther('0.001');
    await api.as(3).payView(content_id, PROVIDER, 1, price, { value: price });
    await api.as(1).retire(content_id);
    await api.settled();
  });

  const read = async <Answer extends z.ZodMiniType>(path: string, answer: Answer) =>
    answer.parse((await api.get(path)).body);

  it('are understood: chain, catalogue, streams, views and earnings', async () => {
    expect(await read('/chain', answers.chainFacts)).to.include({ chain_id: 31337, unsigned: true });
    const { contents } = await read('/contents', answers.contentsPage);
    expect(contents).to.have.length(1);
    const [listing] = (await read(`/contents/${cid}`, answers.contentListings)).contents;
    expect(listing?.scheduled).to.include({ retires: true });
    expect(listing?.media).to.include({ form: 'file' }).and.have.all.keys('form', 'is_video', 'duration_sec');
    expect((await read(`/streams/${cid}`, answers.streams)).streams).to.have.length(1);
    expect((await read(`/wallets/${PROVIDER}/streams`, answers.streams)).streams).to.have.length(1);
    const listed = `content_id=${listing?.content_id}&contract=${listing?.contract}`;
    for (const path of [
      `cid/${cid}`,
      `cid/${cid}?${listed}&limit=8`,
      `creator/${CREATOR}`,
      `provider/${PROVIDER}`,
      `viewer/${VIEWER}`,
    ]) {
      const { records } = await read(`/api/get-records/${path}`, answers.recordsPage);
      expect(records, path).to.have.length(1);
    }
    const earnings = await read(`/wallets/${CREATOR}/earnings`, answers.earnings);
    expect(earnings.by_coin[0]).to.include({ balance: '0.0007' });
    expect(earnings.by_day[0]).to.include({ role: 'creator', amount: '0.0007' });
  });

  it('are understood: what an upload gives, and a problem', async () => {
    expect(answers.uploaded.parse(uploaded).meta.cid).to.equal(cid);
    const { body } = await api.get('/contents/nothing');
    expect(answers.problem.parse(body)).to.include({ code: 'bad_cid', field: 'cid' });
  });
});
