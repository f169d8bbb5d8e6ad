import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { TypedDataEncoder, verifyTypedData, Wallet } from 'ethers';
import { accessDigest } from '../../indexer/playback/access.ts';
import { accessClaim, endByGate, requestAccess, typedAccess } from '../../web/src/playback/access.ts';
import { CREATOR, PROVIDER } from '../indexer/http/samples.ts';
import { CONTENT_ID, CONTRACT, SEPOLIA, STREAM } from './gates.ts';

const NOW_MS = 1_700_000_000_000;
const WHERE = { chainId: SEPOLIA, contract: CONTRACT };

describe('the Access that a wallet signs', () => {
  it('names who paid whom for what, where it is shown, and ends within five minutes', () => {
    const { nonce, ...claim } = accessClaim(STREAM, CREATOR, NOW_MS);
    expect(claim).to.deep.equal({
      account: CREATOR,
      provider: PROVIDER,
      audience: 'https://b.example.net',
      contentId: CONTENT_ID,
      expiresAtSec: 1_700_000_240,
    });
    expect(nonce).to.match(/^0x[0-9a-f]{64}$/);
    expect(accessClaim(STREAM, CREATOR, NOW_MS).nonce).to.not.equal(nonce);
  });

  it("is typed data of the contract's own domain, as the host checks it", async () => {
    const wallet = Wallet.createRandom();
    const { domain, types, message } = typedAccess(accessClaim(STREAM, wallet.address, NOW_MS), WHERE);
    expect(TypedDataEncoder.from(types).encodeType('Access')).to.equal(
      'Access(address account,address provider,string audience,bytes32 contentId,bytes32 nonce,uint64 expiresAtSec)',
    );
    expect(domain).to.deep.equal({
      ...{ name: 'StreamHost', version: '1', chainId: SEPOLIA, verifyingContract: CONTRACT },
    });
    const claim = message as unknown as Parameters<typeof accessDigest>[0];
    expect(TypedDataEncoder.hash(domain, types, message)).to.equal(accessDigest(claim, SEPOLIA, CONTRACT));
    const signature = await wallet.signTypedData(domain, types, message);
    expect(verifyTypedData(domain, types, message, signature)).to.equal(wallet.address);
  });
});

describe('asking a gate for a token', () => {
  let server: Server;
  let origin: string;
  let asked: unknown[];
  let answers: [status: number, body: unknown, headers?: Record<string, string>][];

  before(async () => {
    server = createServer(async (request, response) => {
      asked.push(JSON.parse(await textOf(request)));
      const [status, body, headers = {}] = answers.shift() ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const stream = () => ({ ...STREAM, stream_url: `${origin}/play/bafy` });
  const granted = () => ({
    token: 'abcdefghijklmnopqrstuv',
    until_sec: 1_700_086_400,
    play_url: `${origin}/play/~abcdefghijklmnopqrstuv/bafy`,
  });
  const refusal = (code: string, status = 402): [number, unknown] => [
    status,
    { type: 'about:blank', title: code, status, code, detail: `It is ${code}.` },
  ];
  const request = (isFresh: boolean) => {
    const claim = accessClaim(stream(), CREATOR, NOW_MS);
    const signed = { claim, signature: '0x12', isFresh };
    return { claim, answer: requestAccess(`${origin}/play/bafy/access`, stream(), signed) };
  };
  const failure = async (answer: Promise<unknown>) =>
    answer.then(
      () => 'none',
      (error: Error & { problem?: { code: string } }) => error.problem?.code ?? error.name,
    );

  it('sends what was signed, and plays from where the gate says', async () => {
    answers = [[200, granted()]];
    const { claim, answer } = request(false);
    expect(await answer).to.deep.equal(granted());
    expect(asked).to.deep.equal([
      {
        account: CREATOR,
        provider: PROVIDER,
        audience: origin,
        content_id: CONTENT_ID,
        nonce: claim.nonce,
        expires_at_sec: 1_700_000_240,
        signature: '0x12',
        contract: CONTRACT,
      },
    ]);
  });

  it('asks again while the gate does not see a payment that was just made', async () => {
    answers = [refusal('payment_required'), refusal('mirror_behind', 503), [200, granted()]];
    expect(await request(true).answer).to.deep.equal(granted());
    expect(asked).to.have.length(3);
    expect(asked[0]).to.deep.equal(asked[2]);
  });

  it('does not ask again for an older payment, nor for a signature that is refused', async () => {
    answers = [refusal('payment_required'), refusal('access_invalid')];
    expect(await failure(request(false).answer)).to.equal('payment_required');
    expect(await failure(request(true).answer)).to.equal('access_invalid');
  });

  it("tells by which end the gate's clock would take it, where this one is off", async () => {
    const off = (field: string, example: unknown) => {
      const [status, body] = refusal('access_invalid');
      answers = [[status, { ...(body as object), field, example }]];
      return request(true).answer.catch((error: unknown) => endByGate(error));
    };
    expect(await off('expires_at_sec', 1_700_009_999)).to.equal(1_700_009_999);
    for (const example of ['soon', -1, 0.5, null])
      expect(await off('expires_at_sec', example)).to.equal(null);
    expect(await off('nonce', 1_700_009_999)).to.equal(null);
    expect(endByGate(new Error('another'))).to.equal(null);
    expect(accessClaim(STREAM, CREATOR, NOW_MS, 1_700_009_999)).to.include({ expiresAtSec: 1_700_009_999 });
  });

  it('plays from nobody else', async () => {
    answers = [[200, { ...granted(), play_url: 'https://evil.example/play' }]];
    expect(await failure(request(false).answer)).to.equal('ProviderNotUnderstood');
  });

  it('keeps no address that is too long for a URL: what a browser stores has its limits', async () => {
    const { play_url } = granted();
    answers = [[200, { ...granted(), play_url: play_url.padEnd(2_049, 'x') }]];
    expect(await failure(request(false).answer)).to.equal('ProviderNotUnderstood');
  });

  it('follows no redirect', async () => {
    answers = [[307, {}, { location: `${origin}/elsewhere` }]];
    expect(await failure(request(false).answer)).to.equal('ProviderUnreachable');
    expect(asked).to.have.length(1);
  });

  it('says so where it is no gate that answers', async () => {
    answers = [
      [200, { token: 7 }],
      [502, 'Bad gateway'],
    ];
    expect(await failure(request(false).answer)).to.equal('ProviderNotUnderstood');
    expect(await failure(request(false).answer)).to.equal('ProviderUnreachable');
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}
