import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import {
  type Api,
  CID,
  expectProblem,
  NATIVE,
  PROVIDER,
  REGISTRATION,
  UPLOAD,
  useApi,
  VIEWER,
} from './api.ts';
import { ENDPOINTS, WRONG_CHECKSUM } from './faults.ts';

describe('what a request holds', () => {
  const api = useApi();
  let untouched: Awaited<ReturnType<Api['state']>>;
  const send = (path: string, body: unknown) => {
    if (path === '/upload-content') return api.upload('not a video, for once', body);
    if (path === '/upload-content-web3') return api.uploadOnChain('not a video, for once', body);
    return api.post(path, body);
  };

  // A listing and a stream, so that only the fault itself is in the way.
  const listed = { ...REGISTRATION, video_name: 'Listed' };
  before(async () => {
    await api.post('/register', listed);
    untouched = await api.state();
  });

  for (const [path, body, faults] of ENDPOINTS) {
    describe(`POST ${path}`, () => {
      for (const [name, change, code, field] of faults) {
        it(`refuses ${name} as ${field} and changes nothing`, async () => {
          expectProblem(await send(path, { ...body, ...change }), 400, code, field);
          expect(await api.state()).to.deep.equal(untouched);
        });
      }

      it('names every fault of a request, the first one first', async () => {
        const { content_creator_wallet: _, ...others } = body;
        const answer = await send(path, {
          ...others,
          cid: 'Qm123',
          extra: 1,
          content_distributor_wallet: '0x1234',
          price: 'x',
        });
        expect(answer.status).to.equal(400);
        const errors = answer.body.errors as { code: Code; field: string }[];
        expect(errors.length).to.be.above(1);
        expect(answer.body).to.include({ code: errors[0]?.code, field: errors[0]?.field });
        expect(errors.map(({ field }) => field)).to.include('extra');
        expect(await api.state()).to.deep.equal(untouched);
      });
    });
  }

  describe('the example of a problem works:', () => {
    const registered = async (change: Record<string, unknown>) =>
      await api.post('/register', { ...listed, ...change });
    const broken = [
      { cid: 'Qm123' },
      { content_creator_wallet: '0x1234' },
      { content_creator_wallet: NATIVE },
      { content_creator_wallet: WRONG_CHECKSUM },
      { content_distributor_wallet: '0x1234' },
      { content_distributor_wallet: NATIVE },
      { stream_url: 'ftp://localhost' },
      { video_name: '' },
      { creator_share: 'most' },
      { provider_share: 'some' },
      { provider_share: 31 },
      { price: 'cheap' },
      { price: '0.0000000000000000001' },
      { price: 5_000 },
      { token: 'ETH' },
      { token: VIEWER },
    ];
    for (const [path, body] of [
      ['/register', listed],
      ['/upload-content', UPLOAD],
    ] as const) {
      it(`a whole request to ${path} beside an unknown field`, async () => {
        const { field, example } = expectProblem(
          await send(path, { ...body, prize: 1 }),
          400,
          'unknown_field',
          'prize',
        );
        expect(field).to.equal('prize');
        expect((await send(path, example)).status).to.equal(200);
      });
    }

    for (const change of broken) {
      const [[field = '', value] = []] = Object.entries(change);
      it(`${field} ${JSON.stringify(value)}`, async () => {
        const { status, body } = await registered(change);
        expect(status).to.equal(400);
        expect(body.field).to.equal(field);
        expect((await registered({ [field]: body.example })).status).to.equal(200);
      });
    }
  });

  describe('POST /register, the body as a whole:', () => {
    const bodies: [name: string, body: string, type: string, status: number, code: Code][] = [
      ['cut off', '{"cid": ', 'application/json', 400, 'malformed_json'],
      ['a list', '[]', 'application/json', 400, 'malformed_json'],
      ['a text', '"cid"', 'application/json', 400, 'malformed_json'],
      ['empty', '', 'application/json', 400, 'missing_field'],
      ['a form', 'cid=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
      ['plain text', JSON.stringify(REGISTRATION), 'text/plain', 415, 'unsupported_media_type'],
      ['in a charset nobody knows', '{}', 'application/json; charset=klingon', 415, 'unsupported_media_type'],
      [
        'of 64 KiB and more',
        JSON.stringify({ cid: 'x'.repeat(65_536) }),
        'application/json',
        413,
        'body_too_large',
      ],
    ];
    for (const [name, body, type, status, code] of bodies) {
      it(`refuses one that is ${name}`, async () => {
        const answer = await api.call('POST', '/register', { body, headers: { 'content-type': type } });
        expectProblem(answer, status, code, code === 'missing_field' ? 'cid' : undefined);
      });
    }

    it('does not read a prototype out of JSON', async () => {
      const answer = await api.post('/register', '{"__proto__": {"cid": "x"}}');
      expect(answer.status).to.equal(400);
      expect((answer.body.errors as { field: string }[]).map(({ field }) => field)).to.include('__proto__');
    });
  });

  it('POST /upload-content refuses json_data that is no JSON object', async () => {
    for (const json of ['{', '[]', 'null', '"x"']) {
      expectProblem(await api.upload('x', json), 400, 'malformed_json', 'json_data');
    }
    expect(await api.state()).to.deep.equal(untouched);
  });

  const reads: [path: string, code: Code, field: string][] = [
    ['/contents?limit=0', 'bad_limit', 'limit'],
    ['/contents?limit=1001', 'bad_limit', 'limit'],
    ['/contents?limit=ten', 'bad_limit', 'limit'],
    ['/contents?limit=1&limit=2', 'bad_limit', 'limit'],
    ['/contents?cursor=xyz', 'bad_cursor', 'cursor'],
    ['/contents?creator=0x1234', 'bad_address', 'creator'],
    ['/contents?min_price=cheap', 'bad_price', 'min_price'],
    ['/contents?max_price=0.0000000000000000001', 'price_decimals', 'price'],
    [`/contents?token=${VIEWER}&max_price=1`, 'bad_token', 'token'],
    ['/contents?name=x', 'unknown_field', 'name'],
    ['/contents/Qm123', 'bad_cid', 'cid'],
    [`/contents/${CID}?creator=0x1234`, 'bad_address', 'creator'],
    ['/streams?limit=-1', 'bad_limit', 'limit'],
    ['/streams?cursor=xyz', 'bad_cursor', 'cursor'],
    ['/streams/Qm123', 'bad_cid', 'cid'],
    ['/wallets/0x1234/streams', 'bad_address', 'wallet'],
    [`/wallets/${NATIVE}/earnings`, 'bad_address', 'wallet'],
    [`/contents?creator=${NATIVE}`, 'bad_address', 'creator'],
    [`/api/get-records/viewer/${NATIVE}`, 'bad_address', 'wallet'],
    [`/wallets/${WRONG_CHECKSUM}/earnings`, 'bad_checksum', 'wallet'],
    ['/api/get-records/cid/Qm123', 'bad_cid', 'cid'],
    ['/api/get-records/provider/0x1234', 'bad_address', 'wallet'],
    ['/api/get-records/viewer/0x1234', 'bad_address', 'wallet'],
    [`/api/get-records/creator/${WRONG_CHECKSUM}`, 'bad_checksum', 'wallet'],
    [`/api/get-records/cid/${CID}?start_date=2023-02-30`, 'bad_date', 'start_date'],
    [`/api/get-records/cid/${CID}?start_date=31.07.2023`, 'bad_date', 'start_date'],
    [`/api/get-records/cid/${CID}?end_date=2023-7-1`, 'bad_date', 'end_date'],
    [`/api/get-records/cid/${CID}?start_date=2023-08-01&end_date=2023-07-31`, 'bad_date_range', 'end_date'],
    [`/api/get-records/cid/${CID}?start_date=never&end_date=2023-07-31`, 'bad_date', 'start_date'],
    [`/api/get-records/cid/${CID}?startdate=2023-08-01`, 'unknown_field', 'startdate'],
    [`/api/get-records/cid/${CID}?cursor=!`, 'bad_cursor', 'cursor'],
    [`/api/get-records/cid/${CID}?limit=1001`, 'bad_limit', 'limit'],
  ];
  for (const [path, code, field] of reads) {
    it(`GET ${path.replace(CID, '{cid}')} is ${code}`, async () => {
      expectProblem(await api.get(path), 400, code, field);
    });
  }

  it('GET of a path that is no percent-encoding is malformed_path', async () => {
    expectProblem(await api.get('/streams/%zz'), 400, 'malformed_path');
  });

  describe('an address is taken', () => {
    const spellings: [name: string, address: string][] = [
      ['in lower case', PROVIDER.toLowerCase()],
      ['in upper case', `0x${PROVIDER.slice(2).toUpperCase()}`],
      ['with its checksum', PROVIDER],
    ];
    for (const [name, address] of spellings) {
      it(`${name}, and shown with its checksum`, async () => {
        const { status, body } = await api.get(`/wallets/${address}/streams`);
        expect(status).to.equal(200);
        const streams = body.streams as Record<string, unknown>[];
        expect(streams.map((stream) => stream.content_distributor_wallet)).to.deep.equal([PROVIDER]);
      });
    }
  });
});
