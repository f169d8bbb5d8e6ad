import { expect } from 'chai';
import { getAddress, Wallet } from 'ethers';
import type { UploadQuota } from '../../../indexer/staging/staging.ts';
import { bytesOf, CHUNK } from '../storage/content.ts';
import { type Answer, type Api, CREATOR, expectProblem, NATIVE, OTHER, startApi, UPLOAD } from './api.ts';

type Row = Record<string, unknown>;

const HOUR = 3_600;
const DAY = 24 * HOUR;
const GRACE = 300;

describe('uploads off the development chain', () => {
  let api: Api;
  let laterSec = 0;
  const start = async (quota: Partial<UploadQuota> = {}) => {
    laterSec = 0;
    api = await startApi({
      remote: true,
      // What is published stays visible to these tests.
      config: { openGateway: true },
      quota,
      nowSec: () => Math.floor(Date.now() / 1_000) + laterSec,
    });
  };
  afterEach(() => api.stop());

  const upload = async (content: string | Uint8Array<ArrayBuffer>, meta: Row = UPLOAD, index = 1) =>
    api.upload(content, meta, await api.signedIn(index));
  const cidOf = ({ body }: Answer) => String((body.meta as Row).cid);
  const staged = async (content: string | Uint8Array<ArrayBuffer>, meta: Row = UPLOAD, index = 1) => {
    const answer = await upload(content, meta, index);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    return answer;
  };
  const listed = async (wallet = CREATOR, index = 1) => {
    const { body } = await api.get(`/wallets/${wallet}/uploads`, await api.signedIn(index));
    return (body.uploads as Row[]).map(({ cid }) => cid);
  };
  const remove = async (cid: string, wallet = CREATOR, index = 1) =>
    api.call('DELETE', `/wallets/${wallet}/uploads/${cid}`, { headers: await api.signedIn(index) });
  const media = async (cid: string) => (await fetch(`${api.url}/ipfs/${cid}`)).status;
  /** The wallet itself sends what the upload was answered with. */
  const publish = async ({ body }: Answer, index = 1) => {
    const { to, data } = (body.publish as { transaction: { to: string; data: string } }).transaction;
    await (await api.wallet(index).sendTransaction({ to, data })).wait();
    await api.settled();
  };

  /** An upload whose file never ends, and that is answered all the same. */
  const sendEndless = async (headers: Record<string, string>) => {
    const { body, type, stop } = endlessForm();
    const init = { body, headers: { ...headers, 'content-type': type }, duplex: 'half' };
    return { answer: await api.call('POST', '/upload-content', init as RequestInit), stop };
  };

  describe('POST /upload-content', () => {
    beforeEach(() => start());

    it('refuses terms for another wallet than that signed in, before and after the file', async () => {
      const before = await api.state();
      const session = await api.signedIn(4);
      const form = new FormData();
      form.set('json_data', JSON.stringify(UPLOAD));
      form.set('file', new Blob(['a video']));
      const first = await api.call('POST', '/upload-content', { body: form, headers: session });
      const last = await api.upload('a video', UPLOAD, session);
      for (const answer of [first, last]) {
        const { example } = expectProblem(answer, 403, 'wallet_mismatch', 'content_creator_wallet');
        expect(example).to.equal(OTHER);
      }
      expect(await api.state()).to.deep.equal(before);
    });

    it('refuses without waiting for the file: nobody signed in, and another wallet', async () => {
      const before = await api.state();
      for (const [headers, status, code] of [
        [{}, 401, 'sign_in_required'],
        [await api.signedIn(4), 403, 'wallet_mismatch'],
      ] as const) {
        const { answer, stop } = await sendEndless(headers);
        expect([answer.status, answer.body.code]).to.deep.equal([status, code]);
        stop();
      }
      expect(await api.state()).to.deep.equal(before);
    });

    it('refuses terms that could not be published, and keeps nothing', async () => {
      const before = await api.state();
      expectProblem(await upload('a video', { ...UPLOAD, price: 0 }), 400, 'price_zero', 'price');
      expectProblem(await upload('a video', { ...UPLOAD, token: OTHER }), 400, 'bad_token', 'token');
      expectProblem(await upload('', UPLOAD), 400, 'empty_file', 'file');
      expect(await api.state()).to.deep.equal(before);
    });

    it('keeps the file for a day and answers what to sign or to send', async () => {
      const answer = await staged('a video');
      const { meta, publish: toSign, expires_at } = answer.body as Record<string, Row>;
      expect(meta).to.include({
        ...UPLOAD,
        price: '0.001',
        size: 7,
        token: NATIVE,
        price_base_units: '1000000000000000',
      });
      expect(Date.parse(String(expires_at))).to.be.closeTo(Date.now() + DAY * 1_000, 60_000);
      const typedData = toSign?.typed_data as { primaryType: string; message: Row; domain: Row };
      expect(typedData.primaryType).to.equal('Publish');
      expect(typedData.domain.chainId).to.equal(31337);
      expect(getAddress(String(typedData.domain.verifyingContract))).to.equal(api.chain.facts.contract);
      const { account, ...message } = typedData.message;
      expect(getAddress(String(account))).to.equal(CREATOR);
      expect(message).to.include({ cid: meta?.cid, name: 'Sample Video', pricePerUnit: '1000000000000000' });
      expect(toSign?.transaction).to.include({
        from: CREATOR,
        to: api.chain.facts.contract,
        chain_id: 31337,
      });
      expect(await media(cidOf(answer))).to.equal(200);
    });

    it('is published by the transaction, under the id it named', async () => {
      const answer = await staged('a video');
      await publish(answer);
      const { body } = await api.get(`/contents/${cidOf(answer)}`);
      const { content_id } = answer.body.meta as Row;
      expect((body.contents as Row[])[0]).to.include({
        content_id,
        price: '0.001',
        content_creator_wallet: CREATOR,
      });
    });

    it('is published by the signature, which anybody may submit', async () => {
      const answer = await staged('a video');
      const { typed_data } = answer.body.publish as { typed_data: TypedData };
      const { EIP712Domain: _, ...types } = typed_data.types;
      const { message, domain } = typed_data;
      const signature = await api.wallet(1).signTypedData(domain, types, message);
      const { account, nonce, deadline, ...publication } = message;
      const host = api.as(4);
      await (await host.publishBySig(account, publication as never, nonce, deadline, signature)).wait();
      await api.settled();
      expect(await listed()).to.deep.equal([]);
      expect((await api.get(`/contents/${cidOf(answer)}`)).status).to.equal(200);
    });

    it('of what the creator has published keeps the file, and has nothing to sign', async () => {
      await publish(await staged('a video'));
      const { status, body } = await upload('a video');
      expect(status).to.equal(200);
      expect(body).to.include({ publish: null, expires_at: null });
      expect(await listed()).to.deep.equal([]);
      const dearer = await upload('a video', { ...UPLOAD, price: 2 });
      expectProblem(dearer, 409, 'terms_differ', 'price');
    });

    it('of a retired content has something to sign again', async () => {
      const first = await staged('a video');
      await publish(first);
      await (await api.as(1).retire(String((first.body.meta as Row).content_id))).wait();
      await api.chain.provider.send('evm_increaseTime', [60]);
      await api.chain.provider.send('evm_mine', []);
      await api.settled();
      await publish(await staged('a video', { ...UPLOAD, price: 2 }));
    });

    it('of the same file by the same wallet again is one upload, with the later end', async () => {
      await staged('a video');
      laterSec = HOUR;
      const again = await staged('a video');
      expect(await listed()).to.deep.equal([cidOf(again)]);
      laterSec = DAY + GRACE;
      await api.expire();
      expect(await media(cidOf(again))).to.equal(200);
    });
  });

  describe('an upload that nobody publishes', () => {
    beforeEach(() => start());

    it('is gone after its time, blocks included', async () => {
      const before = api.blocks();
      const answer = await staged(fileOf(3 * CHUNK));
      laterSec = DAY + GRACE - 5;
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(200);
      laterSec = DAY + GRACE + 5;
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(404);
      expect(api.blocks()).to.deep.equal(before);
      expect((await api.state()).rows.staged_uploads).to.deep.equal([]);
    });

    it('leaves the blocks that other content needs', async () => {
      const longer = await staged(fileOf(4 * CHUNK));
      await publish(longer);
      const before = api.blocks();
      await staged(fileOf(3 * CHUNK));
      laterSec = DAY + GRACE + 5;
      await api.expire();
      expect(api.blocks()).to.deep.equal(before);
      const whole = await (await fetch(`${api.url}/ipfs/${cidOf(longer)}`)).arrayBuffer();
      expect(Buffer.from(whole).equals(bytesOf(0, 4 * CHUNK))).to.equal(true);
    });

    it('leaves its media to another wallet that has uploaded the same', async () => {
      const mine = await staged('a video');
      laterSec = HOUR;
      await staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4);
      laterSec = DAY + GRACE + 5;
      await api.expire();
      expect(await media(cidOf(mine))).to.equal(200);
      laterSec = DAY + HOUR + GRACE + 5;
      await api.expire();
      expect(await media(cidOf(mine))).to.equal(404);
    });

    it('leaves its media to another creator who has published the same', async () => {
      const mine = await staged('a video');
      await publish(await staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4), 4);
      laterSec = 3 * DAY;
      await api.expire();
      expect(await media(cidOf(mine))).to.equal(200);
      expect((await api.state()).rows.staged_uploads).to.deep.equal([]);
    });

    it('stays while the records lag behind the chain: it may have been published', async () => {
      const answer = await staged('a video');
      laterSec = DAY + GRACE + 5;
      const { status } = api.deps.chain;
      Object.assign(api.deps.chain, { status: () => ({ ...status(), synced: false }) });
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(200);
      Object.assign(api.deps.chain, { status });
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(404);
    });

    it('stays where the publication came at the last moment, before the records showed it', async () => {
      const answer = await staged('a video');
      laterSec = DAY + GRACE + 5;
      const { to, data } = (answer.body.publish as { transaction: { to: string; data: string } }).transaction;
      const [sent] = await Promise.all([api.wallet(1).sendTransaction({ to, data }), api.expire()]);
      await sent.wait();
      await api.settled();
      const kept = (await media(cidOf(answer))) === 200;
      // Whichever was first: a file that went can be uploaded again, and then it stays.
      if (!kept) expect((await upload('a video')).body).to.include({ publish: null });
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(200);
    });
  });

  describe('an upload that is published', () => {
    beforeEach(() => start());

    it('stays for good, and takes up nothing of the quota', async () => {
      const answer = await staged('a video');
      await publish(answer);
      expect(await listed()).to.deep.equal([]);
      for (const later of [DAY + GRACE + 5, 3 * DAY]) {
        laterSec = later;
        await api.expire();
        expect(await media(cidOf(answer))).to.equal(200);
      }
      expect((await api.state()).rows.staged_uploads).to.deep.equal([]);
    });

    it('waits again when a reorganisation takes the publication away', async () => {
      const answer = await staged('a video');
      const snapshot = await api.chain.provider.send('evm_snapshot', []);
      await publish(answer);
      expect(await listed()).to.deep.equal([]);
      await api.chain.provider.send('evm_revert', [snapshot]);
      await api.chain.provider.send('evm_mine', []);
      await api.chain.provider.send('evm_mine', []);
      await api.settled();
      expect(await listed()).to.deep.equal([cidOf(answer)]);
      laterSec = DAY + GRACE + 5;
      await api.expire();
      expect(await media(cidOf(answer))).to.equal(404);
    });
  });

  describe('/wallets/{wallet}/uploads', () => {
    beforeEach(() => start());

    it("shows the wallet's own uploads only, oldest first, until they are over", async () => {
      const first = await staged('one');
      laterSec = HOUR;
      const second = await staged('two', { ...UPLOAD, video_name: 'Second' });
      const { body } = await api.get(`/wallets/${CREATOR}/uploads`, await api.signedIn(1));
      const [, last] = body.uploads as Row[];
      expect(await listed()).to.deep.equal([cidOf(first), cidOf(second)]);
      expect(last).to.include({ video_name: 'Second', size: 3 });
      expect(Date.parse(String(last?.expires_at)) - Date.parse(String(last?.uploaded_at))).to.equal(
        DAY * 1_000,
      );
      expect(await listed(OTHER, 4)).to.deep.equal([]);
      laterSec = DAY + 5;
      expect(await listed()).to.deep.equal([cidOf(second)]);
    });

    it('removes one at once, with its media', async () => {
      const before = api.blocks();
      const cid = cidOf(await staged('a video'));
      const { status, body } = await remove(cid);
      expect(status).to.equal(200);
      expect(body.cid).to.equal(cid);
      expect(await media(cid)).to.equal(404);
      expect(api.blocks()).to.deep.equal(before);
      expectProblem(await remove(cid), 404, 'unknown_upload', 'cid');
    });

    it('removes nothing that another wallet has uploaded or that is published', async () => {
      const mine = await staged('a video');
      expectProblem(await remove(cidOf(mine), OTHER, 4), 404, 'unknown_upload', 'cid');
      await publish(mine);
      expectProblem(await remove(cidOf(mine)), 404, 'unknown_upload', 'cid');
      expect(await media(cidOf(mine))).to.equal(200);
    });

    it('removes a wallet and leaves another one the media they share', async () => {
      const cid = cidOf(await staged('a video'));
      await staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4);
      expect((await remove(cid)).status).to.equal(200);
      expect(await listed()).to.deep.equal([]);
      expect(await listed(OTHER, 4)).to.deep.equal([cid]);
      expect(await media(cid)).to.equal(200);
    });
  });

  describe('quotas', () => {
    /** Only a refusal that keeps nothing is one. */
    const refused = async (
      send: () => Promise<Answer>,
      status: number,
      code: 'quota_exceeded' | 'upload_quota_spent',
    ) => {
      const before = { state: await api.state(), blocks: api.blocks() };
      const answer = await send();
      const body = expectProblem(answer, status, code, 'file');
      expect({ state: await api.state(), blocks: api.blocks() }).to.deep.equal(before);
      if (status === 429) {
        expect(answer.headers.get('retry-after')).to.equal(String(body.retry_after_sec));
        expect(body.retry_after_sec).to.be.above(0);
      }
      return body;
    };
    const text = (length: number, letter = 'x') => letter.repeat(length);

    it('of a wallet: a file that is larger than all of it is refused for good', async () => {
      await start({ walletBytes: 1_000 });
      const body = await refused(() => upload(text(1_001)), 413, 'quota_exceeded');
      expect(body).to.include({ quota: 'wallet_bytes', max_bytes: 1_000 });
      expect(body.detail).to.contain('1000 bytes');
      await staged(text(1_000));
    });

    it('of a wallet: a file that outgrows what is left is refused for now', async () => {
      await start({ walletBytes: 1_000 });
      const first = await staged(text(600));
      const body = await refused(() => upload(text(401, 'y')), 429, 'upload_quota_spent');
      expect(body).to.include({ quota: 'wallet_bytes', limit: 1_000, left: 400 });
      expect(body.retry_after_sec).to.be.within(DAY - 60, DAY);
      await staged(text(400, 'y'));
      await remove(cidOf(first));
      await staged(text(600, 'z'));
    });

    it('of a wallet: publishing makes room', async () => {
      await start({ walletBytes: 1_000, walletUploads: 1 });
      const first = await staged(text(1_000));
      await refused(() => upload(text(1, 'y')), 429, 'upload_quota_spent');
      await publish(first);
      await staged(text(1_000, 'y'));
    });

    it('of a wallet: another wallet is not concerned', async () => {
      await start({ walletBytes: 1_000 });
      await staged(text(1_000));
      await staged(text(1_000, 'y'), { ...UPLOAD, content_creator_wallet: OTHER }, 4);
    });

    it('of a wallet: so many files', async () => {
      await start({ walletUploads: 2 });
      await staged('one');
      await staged('two');
      const body = await refused(() => upload('three'), 429, 'upload_quota_spent');
      expect(body).to.include({ quota: 'wallet_files', limit: 2, left: 0 });
    });

    it('of all wallets together', async () => {
      await start({ hostBytes: 1_000 });
      await staged(text(600));
      const theirs = { ...UPLOAD, content_creator_wallet: OTHER };
      const body = await refused(() => upload(text(401, 'y'), theirs, 4), 429, 'upload_quota_spent');
      expect(body).to.include({ quota: 'staged_bytes', limit: 1_000, left: 400 });
      expect(body.detail).to.contain('400 are left');
    });

    it('of an IP address and day: bytes, whichever wallets send them and whatever becomes of them', async () => {
      await start({ clientDayBytes: 1_000 });
      await staged(text(600));
      expectProblem(await upload(text(300, 'y'), { ...UPLOAD, price: 0 }), 400, 'price_zero', 'price');
      const theirs = { ...UPLOAD, content_creator_wallet: OTHER };
      const body = await refused(() => upload(text(101, 'z'), theirs, 4), 429, 'upload_quota_spent');
      expect(body).to.include({ quota: 'ip_day_bytes', limit: 1_000, left: 100 });
      expect(body.retry_after_sec).to.be.within(DAY - 60, DAY);
      await refused(() => upload(text(1_001, 'z')), 413, 'quota_exceeded');
    });

    it('of an IP address and day: so many files', async () => {
      await start({ clientDayUploads: 2 });
      const first = await staged('one');
      await remove(cidOf(first));
      await staged('two');
      const body = await refused(() => upload('three'), 429, 'upload_quota_spent');
      expect(body).to.include({ quota: 'ip_day_files', limit: 2, left: 0 });
    });

    it('cut off a file on its way, before it has arrived', async () => {
      await start({ walletBytes: CHUNK });
      const before = api.blocks();
      const { answer, stop } = await sendEndless(await api.signedIn(1));
      expectProblem(answer, 413, 'quota_exceeded', 'file');
      stop();
      expect(api.blocks()).to.deep.equal(before);
    });

    it('hold for uploads of one wallet at once: together they never have more, and some are taken', async () => {
      await start({ walletBytes: 10 * CHUNK, walletUploads: 20 });
      const session = await api.signedIn(1);
      const files = Array.from({ length: 8 }, (_, index) => fileOf(3 * CHUNK, index * 1_000));
      const answers = await Promise.all(files.map((file) => api.upload(file, UPLOAD, session)));
      const taken = answers.filter(({ status }) => status === 202);
      expect(taken.length).to.be.within(1, 3);
      for (const answer of answers) {
        if (answer.status !== 202) expectProblem(answer, 429, 'upload_quota_spent', 'file');
      }
      expect(await listed()).to.have.length(taken.length);
      expect((await api.state()).media).to.have.length(taken.length);
    });

    it('hold for many small uploads of one wallet at once: so many files, and no more', async () => {
      await start({ walletUploads: 3 });
      const session = await api.signedIn(1);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => api.upload(`file ${index}`, UPLOAD, session)),
      );
      expect(answers.map(({ status }) => status).filter((status) => status === 202)).to.have.length(3);
      expect(await listed()).to.have.length(3);
    });

    it('count nothing for an upload that failed', async () => {
      await start({ walletBytes: 1_000, walletUploads: 1 });
      expectProblem(await upload(text(900), { ...UPLOAD, price: 0 }), 400, 'price_zero', 'price');
      expectProblem(
        await upload(text(900), { ...UPLOAD, content_creator_wallet: OTHER }),
        403,
        'wallet_mismatch',
        'content_creator_wallet',
      );
      await staged(text(1_000));
    });
  });

  it('take a wallet that has never sent a transaction', async () => {
    await start();
    const stranger = Wallet.createRandom();
    const { body } = await api.get(`/auth/nonce?wallet=${stranger.address}`);
    const message = String(body.message);
    const signature = await stranger.signMessage(message);
    const session = await api.post('/auth/sign-in', { message, signature });
    const answer = await api.upload(
      'a video',
      { ...UPLOAD, content_creator_wallet: stranger.address },
      { authorization: `Bearer ${session.body.token}` },
    );
    expect(answer.status).to.equal(202);
  });
});

interface TypedData {
  domain: Record<string, string>;
  types: Record<string, { name: string; type: string }[]>;
  message: { account: string; nonce: string; deadline: string } & Row;
}

function fileOf(length: number, offset = 0): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytesOf(offset, length));
}

/** A form whose file never ends. */
function endlessForm() {
  const boundary = 'a-boundary';
  let isStopped = false;
  const head = [
    `--${boundary}\r\nContent-Disposition: form-data; name="json_data"\r\n\r\n${JSON.stringify(UPLOAD)}\r\n`,
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="video.mp4"\r\n\r\n`,
  ];
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(head.join(''))),
    pull(controller) {
      if (isStopped) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(7));
    },
  });
  return {
    body,
    type: `multipart/form-data; boundary=${boundary}`,
    stop: () => {
      isStopped = true;
    },
  };
}
