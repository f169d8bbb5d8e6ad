import { expect } from 'chai';
import { recoverAddress, Signature, TypedDataEncoder, zeroPadValue } from 'ethers';
import { RECEIPT_TYPES } from '../../../indexer/playback/keys/receipts.ts';
import { type Answer, expectProblem, UPLOAD } from './api.ts';
import { demanded } from './playing.ts';
import {
  type Channel,
  hashOf,
  OTHER_VIEWER,
  PRICE,
  type Selling,
  startSelling,
  VIEWER,
  type Video,
} from './selling.ts';

const DAY = 86_400;

describe('keys of a protected video', () => {
  let host: Selling;
  let video: Video;
  let channel: Channel;
  let salts = 0;
  before(async () => {
    host = await startSelling();
    video = await host.packaged();
  });
  beforeEach(async () => {
    channel = await host.open({ salt: zeroPadValue(`0x${(++salts).toString(16).padStart(4, '0')}`, 32) });
  });
  after(() => host.stop());

  const opened = async (...given: Parameters<Selling['buy']>) =>
    host.outcomeOf(await host.buy(...given), given[0]);
  const responseIn = (headers: Headers) =>
    JSON.parse(Buffer.from(headers.get('payment-response') ?? '', 'base64').toString());
  const getKey = async (payment: string, unit: number | string = 0, init: RequestInit = {}) =>
    await host.play(`${video.cid}/keys/${unit}`, { ...init, headers: { 'payment-signature': payment } });

  describe('POST /play/{cid}/keys', () => {
    it('gives keys for a voucher, and says what was opened, until when, and what stands', async () => {
      const answer = await host.buy(video, channel, [1, 0], 3);
      expect(host.outcomeOf(answer, video)).to.deep.equal([0, 1]);
      expect(answer.headers.get('cache-control')).to.equal('no-store');
      const { open_until, channel: stands } = answer.body as Record<string, Record<string, unknown>>;
      expect(open_until?.['0']).to.be.within(host.nowSec() + DAY - 60, host.nowSec() + DAY);
      expect(stands).to.deep.include({
        ...{ channel_id: channel.channelId, epoch: 1, seq: 0, credit: { [video.contentId]: '1' } },
      });
      expect(stands?.digest).to.match(/^0x[0-9a-f]{64}$/);
      expect(answer.body).to.not.have.property('receipts');
    });

    it('gives the same voucher the same bytes, and grows nothing', async () => {
      const signed = { units: [0], ...(await host.signed(channel, [[video.contentId, 1]])) };
      const first = await host.post(video, signed);
      const again = await host.post(video, signed);
      expect(host.outcomeOf(first, video)).to.deep.equal([0]);
      expect(again.body).to.deep.equal(first.body);
      const { voucher } = signed;
      const kept = await host.api.deps.book.voucher({ ...voucher, contract: host.contract.toLowerCase() });
      expect(kept).to.include({ state: 'open', total: PRICE });
      const open = await host.api.deps.book.openFor(channel.viewer, {
        ...{ contract: host.contract.toLowerCase(), contentId: video.contentId, nowSec: host.nowSec() },
      });
      expect(open.filter(({ scope }) => scope.includes(channel.channelId))).to.have.length(1);
    });

    it('opens a unit for as many requests at a time as there are, and charges it once', async () => {
      const signed = await host.signed(channel, [[video.contentId, 2]]);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) => host.post(video, { units: [at % 2], ...signed })),
      );
      for (const answer of answers) expect(host.outcomeOf(answer, video)).to.have.length(1);
      const { body } = await host.post(video, { units: [0], ...signed });
      expect((body.channel as { credit: object }).credit).to.deep.equal({ [video.contentId]: '0' });
      expect(await opened(video, channel, [2], 2)).to.equal('payment_required');
    });

    it('opens all units or none', async () => {
      expect(await opened(video, channel, [0, 1, 2], 2)).to.equal('payment_required');
      expect(await opened(video, channel, [0, 1], 2)).to.deep.equal([0, 1]);
    });

    it('signs receipts of what it gave, where they are wanted', async () => {
      const body = { units: [2, 0], ...(await host.signed(channel, [[video.contentId, 2]])) };
      const answer = await host.post(video, body, { prefer: 'wait=5, Receipt' });
      const receipts = answer.body.receipts as Record<string, Record<string, string | number>>;
      expect(Object.keys(receipts)).to.deep.equal(['0', '2']);
      for (const [unit, receipt] of Object.entries(receipts)) {
        const message = {
          ...{ contentId: video.contentId, unit: Number(unit), keyHash: `0x${video.hashes[Number(unit)]}` },
          ...{ payment: (answer.body.channel as { digest: string }).digest, payer: channel.viewer },
          issuedAtSec: receipt.issued_at_sec,
        };
        const domain = {
          name: 'StreamHost',
          version: '1',
          chainId: host.chainId,
          verifyingContract: host.contract,
        };
        const digest = TypedDataEncoder.hash(domain, RECEIPT_TYPES, message);
        expect(recoverAddress(digest, String(receipt.signature))).to.equal(host.seller);
        expect(receipt.key_hash).to.equal(message.keyHash);
      }
    });

    it('takes a signature in 64 bytes, hex in capitals, and the deployment by its name', async () => {
      const { voucher, signature } = await host.signed(channel, [[video.contentId, 1]]);
      const { r, yParityAndS } = Signature.from(signature);
      const capitals = `0x${voucher.channelId.slice(2).toUpperCase()}`;
      const body = {
        ...{ units: [0], voucher: { ...voucher, channelId: capitals } },
        ...{ signature: `${r}${yParityAndS.slice(2)}`, contract: host.contract.toLowerCase() },
      };
      expect(host.outcomeOf(await host.post(video, body), video)).to.deep.equal([0]);
    });

    it('400 voucher_invalid names the field of a voucher that is none, or nobody here can claim', async () => {
      const stranger = await host.open({ provider: host.api.wallet(OTHER_VIEWER).address });
      const good = await host.signed(channel, [[video.contentId, 1]]);
      const other = await host.open({ by: OTHER_VIEWER });
      const broken: [what: string, body: object, field: string][] = [
        [
          'no channel',
          await host.signed({ ...channel, channelId: video.contentId }, [[video.contentId, 1]]),
          'voucher.channelId',
        ],
        ["another provider's", await host.signed(stranger, [[video.contentId, 1]]), 'voucher.channelId'],
        ['another epoch', await host.signed(channel, [[video.contentId, 1]], { epoch: 2 }), 'voucher.epoch'],
        [
          "another channel's key",
          await host.signed(channel, [[video.contentId, 1]], { signer: other.key }),
          'signature',
        ],
        [
          "the viewer's own signature",
          await host.signed(channel, [[video.contentId, 1]], { signer: host.api.wallet(VIEWER) }),
          'signature',
        ],
        [
          'signed for another channel',
          { ...good, voucher: { ...good.voucher, channelId: other.channelId } },
          'signature',
        ],
        [
          'signed for less',
          await host.signed(channel, [[video.contentId, 1]], {
            sent: { items: [[video.contentId, '2', String(PRICE)]] },
          }),
          'signature',
        ],
        [
          'signed for another number',
          await host.signed(channel, [[video.contentId, 1]], { sent: { seq: 1 } }),
          'signature',
        ],
        [
          'signed for another chain',
          await host.signed(channel, [[video.contentId, 1]], { domain: { chainId: 1 } }),
          'signature',
        ],
        [
          'signed for another contract',
          await host.signed(channel, [[video.contentId, 1]], {
            domain: { verifyingContract: host.api.older },
          }),
          'signature',
        ],
        ['no content of it', await host.signed(channel, [[channel.channelId, 1]]), 'voucher.items'],
        ['no units', await host.signed(channel, [[video.contentId, 0]]), 'voucher.items'],
        [
          'a content twice',
          await host.signed(channel, [
            [video.contentId, 1],
            [video.contentId, 2],
          ]),
          'voucher.items',
        ],
        [
          'an unknown content',
          await host.signed(channel, [
            [video.contentId, 1],
            [channel.channelId, 1],
          ]),
          'voucher.items',
        ],
        [
          '33 contents',
          await host.signed(
            channel,
            Array.from(
              { length: 33 },
              (_, at) =>
                [at === 0 ? video.contentId : zeroPadValue(`0x${(at + 16).toString(16)}`, 32), 1] as const,
            ),
          ),
          'voucher.items',
        ],
        ['a number above 32 bits', { ...good, voucher: { ...good.voucher, seq: 2 ** 32 } }, 'voucher.seq'],
        ['no signature', { ...good, signature: '0x12' }, 'signature'],
      ];
      for (const [what, body, field] of broken) {
        const answer = await host.post(video, { units: [0], ...body });
        expect([what, answer.status, answer.body.code, answer.body.field]).to.deep.equal([
          what,
          400,
          'voucher_invalid',
          field,
        ]);
        expect(answer.headers.get('payment-required')).to.equal(null);
      }
      expect(await opened(video, channel, [0], 1)).to.deep.equal([0]);
    });

    it('400 for units that have no key, or are no list of units', async () => {
      for (const units of [
        [3],
        [0, 99],
        [],
        [0, 0],
        [-1],
        ['0'],
        0,
        Array.from({ length: 61 }, (_, unit) => unit),
      ]) {
        const body = { units, ...(await host.signed(channel, [[video.contentId, 1]])) };
        const answer = await host.post(video, body);
        expect([answer.status, answer.body.code]).to.deep.equal([400, 'invalid_field']);
        expect(answer.body.field).to.match(/^units(\.\d+)?$/);
      }
    });

    it('404 for what is no protected video here', async () => {
      const clear = await host.api.upload('a clear file', { ...UPLOAD, serve: true });
      const { cid } = clear.body.meta as { cid: string };
      const body = { units: [0], ...(await host.signed(channel, [[video.contentId, 1]])) };
      expectProblem(await host.post({ cid }, body), 404, 'media_not_found', 'cid');
    });

    it('409 voucher_conflict shows what stands to who holds the key of the channel, and to nobody else', async () => {
      const other = await host.packaged();
      await host.post(video, {
        units: [0, 1],
        ...(await host.signed(channel, [
          [video.contentId, 2],
          [other.contentId, 1],
        ])),
      });
      const asked = await host.signed(channel, [[video.contentId, 3]]);
      const shown = await host.post(video, { units: [2], ...asked });
      const { voucher, signature, next_seq, credit } = expectProblem(
        shown,
        409,
        'voucher_conflict',
        'voucher',
      );
      expect(voucher).to.deep.include({ channelId: channel.channelId, seq: 0 });
      expect((voucher as { items: unknown[] }).items).to.deep.equal([
        [video.contentId, '2', String(PRICE)],
        [other.contentId, '1', String(PRICE)],
      ]);
      expect(signature).to.match(/^0x[0-9a-f]{130}$/);
      expect([next_seq, credit]).to.deep.equal([0, { [video.contentId]: '0' }]);

      const forged = await host.signed(channel, [[video.contentId, 3]], {
        signer: host.api.wallet(OTHER_VIEWER),
      });
      const hidden = await host.post(video, { units: [2], ...forged });
      expectProblem(hidden, 400, 'voucher_invalid', 'signature');
      for (const member of ['voucher', 'next_seq', 'credit'])
        expect(hidden.body).to.not.have.property(member);

      const joined = await host.signed(channel, [
        [video.contentId, 3],
        [other.contentId, 1],
      ]);
      expect(host.outcomeOf(await host.post(video, { units: [2], ...joined }), video)).to.deep.equal([2]);
    });
  });

  describe('GET /play/{cid}/keys/{unit}', () => {
    it('402 says how to pay: by channel, or directly', async () => {
      const answer = await host.play(`${video.cid}/keys/1`);
      const { x402Version, error, resource, accepts } = demanded(answer.headers);
      expect([answer.status, x402Version, error]).to.deep.equal([402, 2, 'payment_required']);
      expect(resource).to.deep.equal({ url: `${host.api.url}/play/${video.cid}` });
      expect(accepts.map(({ scheme }) => scheme)).to.deep.equal(['streamhost-channel', 'streamhost-direct']);
      for (const { network, asset, payTo, amount, extra } of accepts) {
        expect([network, payTo, amount]).to.deep.equal([
          `eip155:${host.chainId}`,
          host.contract,
          String(PRICE),
        ]);
        expect(asset).to.match(/^0x0{40}$/);
        expect(extra).to.deep.include({
          ...{
            contract: host.contract,
            contentId: video.contentId,
            creator: host.creator,
            provider: host.seller,
          },
          ...{ unit: 'minute', due: '1', unitPrice: String(PRICE) },
        });
      }
      expect(accepts[0]?.extra).to.deep.include({
        capUnits: null,
        unconfirmedUnits: 5,
        withdrawDelaySec: 10,
      });
      expect(accepts[0]?.extra).to.not.have.any.keys('call', 'access');
      expect(accepts[1]?.extra).to.include.keys('call', 'access');
    });

    it('gives the key for the voucher in PAYMENT-SIGNATURE, and says in PAYMENT-RESPONSE what it took', async () => {
      const payment = await host.payment(channel, [[video.contentId, 2]]);
      const answer = await getKey(payment, 1);
      expect(answer.status).to.equal(200);
      expect(hashOf(Buffer.from(await answer.arrayBuffer()))).to.equal(video.hashes[1]);
      expect(Object.fromEntries(answer.headers)).to.include({
        ...{ 'content-type': 'application/octet-stream', 'content-length': '16' },
        ...{ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' },
      });
      const { extensions, ...paid } = responseIn(answer.headers);
      expect(paid).to.deep.equal({
        ...{
          success: true,
          transaction: '',
          network: `eip155:${host.chainId}`,
          payer: channel.viewer.toLowerCase(),
        },
        amount: String(PRICE),
      });
      const { info } = extensions.streamhost;
      expect(info).to.deep.include({
        ...{ channelId: channel.channelId, epoch: 1, seq: 0, opened: [1] },
        ...{ credit: { [video.contentId]: '1' }, receipt: null },
      });
      expect(info.openUntilSec).to.be.within(host.nowSec() + DAY - 60, host.nowSec() + DAY);
      expect(responseIn((await getKey(payment, 1)).headers).amount).to.equal('0');
    });

    it('HEAD never takes a payment', async () => {
      const payment = await host.payment(channel, [[video.contentId, 1]]);
      const asked = await getKey(payment, 0, { method: 'HEAD' });
      expect([asked.status, asked.headers.get('payment-response')]).to.deep.equal([402, null]);
      expect(
        await host.api.deps.book.voucher({ ...channel, contract: host.contract.toLowerCase(), seq: 0 }),
      ).to.equal(null);
    });

    it('ignores Range, and answers If-None-Match with the key', async () => {
      const headers = {
        'payment-signature': await host.payment(channel, [[video.contentId, 1]]),
        range: 'bytes=0-3',
        'if-none-match': '*',
      };
      const answer = await host.play(`${video.cid}/keys/0`, { headers });
      expect([answer.status, (await answer.arrayBuffer()).byteLength]).to.deep.equal([200, 16]);
    });

    it('413 names the POST for a header that is too long', async () => {
      const answer = await getKey('A'.repeat(8_193));
      const body = (await answer.json()) as Answer['body'];
      expect([answer.status, body.code]).to.deep.equal([413, 'payment_too_large']);
      expect(body.detail).to.contain('POST /play/{cid}/keys');
    });

    it('400 voucher_invalid for a header that holds no voucher of this scheme and chain', async () => {
      const payments = [
        'no base64 of JSON',
        Buffer.from('{}').toString('base64'),
        await host.payment(channel, [[video.contentId, 1]], { accepted: { scheme: 'exact' } }),
        await host.payment(channel, [[video.contentId, 1]], { accepted: { scheme: 'streamhost-direct' } }),
        await host.payment(channel, [[video.contentId, 1]], { accepted: { network: 'eip155:1' } }),
      ];
      for (const payment of payments) {
        const answer = await getKey(payment);
        expect([answer.status, ((await answer.json()) as Answer['body']).code]).to.deep.equal([
          400,
          'voucher_invalid',
        ]);
      }
    });

    it('404 where there is no such unit, however it is written', async () => {
      for (const unit of [
        '3',
        '99999',
        '100000',
        '00',
        '01',
        '-1',
        '+1',
        '1.0',
        '0x0',
        '1e0',
        '%30%30',
        ' 0',
        'a',
        '0/0',
      ]) {
        expect(await host.keyBy(`${video.cid}/keys/${encodeURI(unit)}`), unit).to.equal('media_not_found');
      }
    });

    it('gives nobody a key that is not paid, by any spelling of path, token or method', async () => {
      await host.buy(video, channel, [0], 1);
      const token = await host.token(video, { channel });
      const paths = [
        ...[
          'keys/1',
          'KEYS/1',
          'keys/%31',
          'keys/1/',
          'keys//1',
          './keys/1',
          'v0/../keys/1',
          'keys/1?token=x',
          'keys/0;1',
        ],
        ...['keys/1%00', 'keys/01', '%6beys/1', 'keys%2F1', 'keys/0/../1'],
      ];
      const bases = [
        '',
        `~${token}/`,
        `~${token}=/`,
        `~${token.toUpperCase()}/`,
        '~/',
        '~AAAAAAAAAAAAAAAAAAAAAA/',
        `%7E${token}/`,
      ];
      for (const base of bases) {
        for (const path of paths) {
          for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) {
            const url = `${base}${video.cid}/${path}`;
            const answer = await fetch(`${host.api.url}/play/${url}`, { method });
            const bytes = Buffer.from(await answer.arrayBuffer());
            expect(video.hashes, `${method} ${url} ${answer.status}`).to.not.include(hashOf(bytes));
            if (method !== 'OPTIONS') expect(answer.status, `${method} ${url}`).to.be.within(400, 499);
          }
        }
      }
      for (const bearer of ['', 'x', `${token}x`, `${token} ${token}`]) {
        const headers = { authorization: `Bearer ${bearer}` };
        expect(await host.keyBy(`${video.cid}/keys/1`, { headers })).to.be.oneOf([
          'payment_required',
          'token_invalid',
        ]);
      }
    });

    it('answers a preflight of any page for two hours, and lets it read what it needs', async () => {
      const headers = {
        origin: 'https://page.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'payment-signature,prefer',
      };
      const preflight = await host.play(`${video.cid}/keys/0`, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
      expect(preflight.headers.get('access-control-max-age')).to.equal('7200');
      const ours = ['PAYMENT-SIGNATURE', 'Authorization', 'Content-Type', 'Prefer', 'Range'];
      // The last is sent by the official client of x402.
      for (const name of [...ours, 'Access-Control-Expose-Headers']) {
        expect(preflight.headers.get('access-control-allow-headers')).to.contain(name);
      }
      const refused = await host.play(`${video.cid}/keys/0`, { headers: { origin: 'https://page.example' } });
      for (const name of ['PAYMENT-REQUIRED', 'PAYMENT-RESPONSE', 'Retry-After']) {
        expect(refused.headers.get('access-control-expose-headers')).to.contain(name);
      }
      expect(refused.headers.get('access-control-allow-credentials')).to.equal(null);
    });
  });

  it('says neither vouchers, signatures, tokens nor keys in the log', async () => {
    const { signature } = await host.signed(channel, [[video.contentId, 1]]);
    const answer = await host.buy(video, channel, [0], 1);
    const payment = await host.payment(channel, [[video.contentId, 1]]);
    await getKey(payment);
    const token = await host.token(video, { channel });
    await host.play(`~${token}/${video.cid}/keys/0`);
    await host.play(`~${token}/${video.cid}/keys/1`);
    const logged = JSON.stringify(host.api.logged);
    const secrets = [
      signature.slice(2),
      payment,
      token,
      String((answer.body.keys as Record<string, string>)['0']),
    ];
    for (const secret of secrets) expect(logged.includes(secret), secret.slice(0, 10)).to.equal(false);
  });

  it('is no write to the limits of calls: a player asks once a minute, and many may share an address', async () => {
    const limited = await startSelling({ config: { rateLimits: { reads: 0, writes: 3, uploads: 0 } } });
    try {
      const film = await limited.packaged();
      const own = await limited.open();
      for (let times = 0; times < 5; times++) {
        expect(limited.outcomeOf(await limited.buy(film, own, [0], 1), film)).to.deep.equal([0]);
      }
    } finally {
      await limited.stop();
    }
  });

  it('counts vouchers that nobody has signed against the address that they come from', async () => {
    const limited = await startSelling();
    try {
      const film = await limited.packaged();
      const own = await limited.open();
      const signer = limited.api.wallet(OTHER_VIEWER);
      const codes = [];
      for (let times = 0; times <= 21; times++) {
        codes.push((await limited.buy(film, own, [0], 1, { signer })).body.code);
      }
      expect(codes.filter((code) => code === 'voucher_invalid')).to.have.length(21);
      const blocked = await limited.buy(film, own, [0], 1);
      expectProblem(blocked, 429, 'rate_limited');
      expect(Number(blocked.headers.get('retry-after'))).to.be.within(1, 60);
    } finally {
      await limited.stop();
    }
  });
});
