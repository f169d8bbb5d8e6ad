import { expect } from 'chai';
import { Wallet, ZeroAddress } from 'ethers';
import { ContractWallet__factory } from '../../../types/ethers-contracts/factories/mocks/ContractWallet__factory.ts';
import { expectProblem, startApi } from './api.ts';
import { granting } from './granting.ts';
import { MAKER, RIVAL, type Selling, startSelling, type Video } from './selling.ts';

/** Test accounts by what they do. */
const [PROVIDER, DELEGATE, OTHER] = [5, 6, 7];

describe('/contents/{cid}/key-requests and key-grants', () => {
  let on: Selling;
  let keys: ReturnType<typeof granting>;
  let video: Video;
  const wallet = (index: number) => on.api.wallet(index);
  const stranger = () => ({ by: wallet(PROVIDER), of: wallet(PROVIDER).address });
  const secret = () => on.on.secretOf(video.cid, on.creator);

  before(async () => {
    on = await startSelling();
    keys = granting(on.api);
    video = await on.packaged();
  });
  after(() => on?.stop());

  /** A provider that nobody has granted anything, by which each test begins anew. */
  const somebody = () => {
    const by = Wallet.createRandom();
    return { by, of: by.address };
  };
  const grantTo = (to: string, more: object = {}) => keys.grant(video, { by: wallet(MAKER), to, ...more });

  it('without a grant: the request is remembered for the creator alone, who learns it; nothing is given', async () => {
    const { body } = await keys.request(video, stranger());
    const refused = expectProblem(await keys.ask(video, body), 403, 'key_not_granted', 'grant');
    const provider = wallet(PROVIDER).address;
    expect(refused.detail).to.contain(on.creator).and.to.contain(`npm run grant -- ${video.cid} ${provider}`);
    expect(refused).to.include({ content_id: video.contentId, provider, retry_after_sec: 5 });
    expect(JSON.stringify(refused)).to.not.contain('ciphertext');
    const { body: shown } = await keys.list(video, MAKER);
    const [asked] = shown.requests as object[];
    expect(shown.grants).to.deep.equal([]);
    expect(asked).to.include({ content_id: video.contentId, provider, until_sec: refused.asked_until_sec });
    expectProblem(await keys.list(video, RIVAL), 403, 'owned_by_another', 'cid');
    expectProblem(await on.api.get(`/contents/${video.cid}/key-grants`), 401, 'sign_in_required');
  });

  it('with a grant that is kept here: the secret, sealed to the recipient; the creator sees when', async () => {
    const kept = await keys.keep(video, await grantTo(wallet(PROVIDER).address));
    expect(kept.status, JSON.stringify(kept.body)).to.equal(200);
    for (const _ of ['once', 'twice, by a new request']) {
      const { body, recipient } = await keys.request(video, stranger());
      const answer = await keys.ask(video, body);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      expect(answer.headers.get('cache-control')).to.equal('no-store');
      expect(answer.body.content_creator_wallet).to.equal(on.creator);
      const { grants } = (await keys.list(video, MAKER)).body as { grants: { expires_at_sec: number }[] };
      expect(answer.body.granted_until_sec).to.equal(grants[0]?.expires_at_sec);
      expect(Buffer.from(await keys.opened(answer, recipient, video))).to.deep.equal(
        secret() && Buffer.from(secret() ?? []),
      );
    }
    const { requests, grants } = (await keys.list(video, MAKER)).body as Record<
      string,
      Record<string, unknown>[]
    >;
    expect(requests).to.deep.equal([]);
    expect(grants?.[0]?.given_at_sec).to.be.closeTo(on.nowSec(), 60);
  });

  it('with a grant that the provider shows itself, which is kept from then on', async () => {
    const who = somebody();
    const { expires_at_sec, signature } = await grantTo(who.of);
    const { body, recipient } = await keys.request(video, {
      ...who,
      sent: { grant: { expires_at_sec, signature } },
    });
    const answer = await keys.ask(video, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    expect(await keys.opened(answer, recipient, video)).to.deep.equal(secret());
    expect((await keys.ask(video, (await keys.request(video, who)).body)).status).to.equal(200);
  });

  it('by the delegate that the provider has named, and by a smart wallet', async () => {
    const provider = wallet(PROVIDER).address;
    await keys.keep(video, await grantTo(provider));
    const byDelegate = () => keys.request(video, { by: wallet(DELEGATE), of: provider });
    expectProblem(await keys.ask(video, (await byDelegate()).body), 401, 'signature_invalid', 'signature');
    await (await on.api.as(PROVIDER).setClaimDelegate(wallet(DELEGATE).address)).wait();
    expect((await keys.ask(video, (await byDelegate()).body)).status).to.equal(200);
    await (await on.api.as(PROVIDER).setClaimDelegate(ZeroAddress)).wait();
    expectProblem(await keys.ask(video, (await byDelegate()).body), 401, 'signature_invalid', 'signature');

    const contract = await new ContractWallet__factory(wallet(0)).deploy(wallet(OTHER).address);
    await contract.waitForDeployment();
    const smart = await contract.getAddress();
    await keys.keep(video, await grantTo(smart));
    const { body } = await keys.request(video, { by: wallet(OTHER), of: smart });
    expect((await keys.ask(video, body)).status).to.equal(200);
  });

  it('of a creator that is a smart wallet, as its code takes signatures', async () => {
    const contract = await new ContractWallet__factory(wallet(0)).deploy(wallet(OTHER).address);
    await contract.waitForDeployment();
    const film = await on.packaged({ content_creator_wallet: await contract.getAddress() });
    const who = somebody();
    const refused = await keys.keep(film, await keys.grant(film, { by: wallet(MAKER), to: who.of }));
    expectProblem(refused, 401, 'signature_invalid', 'signature');
    const kept = await keys.keep(film, await keys.grant(film, { by: wallet(OTHER), to: who.of }));
    expect(kept.status, JSON.stringify(kept.body)).to.equal(200);
    expect((await keys.ask(film, (await keys.request(film, who)).body)).status).to.equal(200);
  });

  it('a copycat, who has listed the CID after its owner, grants nothing and is asked for nothing', async () => {
    const copy = { cid: video.cid, contentId: await on.listed(video.cid, { by: RIVAL }) };
    const who = somebody();
    const granted = await keys.grant(copy, { by: wallet(RIVAL), to: who.of });
    expectProblem(await keys.keep(copy, granted), 403, 'owned_by_another', 'cid');
    const { expires_at_sec, signature } = granted;
    const { body } = await keys.request(copy, { ...who, sent: { grant: { expires_at_sec, signature } } });
    expectProblem(await keys.ask(copy, body), 403, 'owned_by_another', 'cid');
    const ofOwner = await keys.keep(video, await keys.grant(video, { by: wallet(RIVAL), to: who.of }));
    expectProblem(ofOwner, 401, 'signature_invalid', 'signature');
  });

  const everyFault: [
    what: string,
    how: () => Promise<object>,
    refusal: [status: number, code: Parameters<typeof expectProblem>[2], field: string],
  ][] = [
    [
      'another recipient than was signed',
      async () => {
        const { recipient } = await keys.request(video, stranger());
        return (await keys.request(video, { ...stranger(), sent: { recipient: recipient.publicKey } })).body;
      },
      [401, 'signature_invalid', 'signature'],
    ],
    [
      'a recipient that is no public key',
      async () => {
        const signed = { recipient: `0x${'00'.repeat(32)}` };
        return (await keys.request(video, { ...stranger(), signed })).body;
      },
      [400, 'bad_recipient', 'recipient'],
    ],
    [
      'another provider than has signed',
      async () => (await keys.request(video, { by: wallet(OTHER), of: wallet(PROVIDER).address })).body,
      [401, 'signature_invalid', 'signature'],
    ],
    [
      'a request that is over',
      async () => (await keys.request(video, { ...stranger(), endsInSec: -1 })).body,
      [401, 'signature_expired', 'expires_at_sec'],
    ],
    [
      'a request that is good for hours',
      async () => (await keys.request(video, { ...stranger(), endsInSec: 700 })).body,
      [400, 'authorization_too_long', 'expires_at_sec'],
    ],
    [
      'a request that was signed for another host',
      async () => {
        const signed = { audience: 'https://elsewhere.example' };
        return (await keys.request(video, { ...stranger(), signed })).body;
      },
      [400, 'audience_differs', 'audience'],
    ],
    [
      'a request that was signed for another deployment',
      async () => {
        const at = {
          name: 'StreamHost',
          version: '1',
          chainId: on.chainId + 1,
          verifyingContract: on.contract,
        };
        return (await keys.request(video, { ...stranger(), at })).body;
      },
      [401, 'signature_invalid', 'signature'],
    ],
    [
      'a grant that is over',
      async () => await shows({ endsInSec: 0 }),
      [401, 'signature_expired', 'grant.expires_at_sec'],
    ],
    [
      'a grant of somebody else',
      async () => await shows({ by: wallet(RIVAL) }),
      [401, 'signature_invalid', 'grant.signature'],
    ],
    [
      'a grant for another provider',
      async () => await shows({ to: wallet(OTHER).address }),
      [401, 'signature_invalid', 'grant.signature'],
    ],
    [
      'a content that nobody has listed under this CID',
      async () => (await keys.request({ ...video, contentId: `0x${'01'.repeat(32)}` }, stranger())).body,
      [404, 'unknown_content', 'cid'],
    ],
  ];

  async function shows(more: object): Promise<object> {
    const { expires_at_sec, signature } = await grantTo(wallet(PROVIDER).address, more);
    return (await keys.request(video, { ...stranger(), sent: { grant: { expires_at_sec, signature } } }))
      .body;
  }

  for (const [what, how, refusal] of everyFault) {
    it(`refused, though the provider is granted them: ${what}`, async () => {
      await keys.keep(video, await grantTo(wallet(PROVIDER).address));
      expectProblem(await keys.ask(video, await how()), ...refusal);
    });
  }

  it('refused: the same request again, also where it was not granted the first time', async () => {
    const { body } = await keys.request(video, stranger());
    expect((await keys.ask(video, body)).status).to.equal(200);
    expectProblem(await keys.ask(video, body), 409, 'key_request_used', 'signature');
    const who = somebody();
    const early = await keys.request(video, who);
    expectProblem(await keys.ask(video, early.body), 403, 'key_not_granted', 'grant');
    await keys.keep(video, await grantTo(who.of));
    expectProblem(await keys.ask(video, early.body), 409, 'key_request_used', 'signature');
  });

  it('refused: a kept grant whose end has come', async () => {
    const who = somebody();
    await keys.keep(video, await grantTo(who.of, { endsInSec: 100 }));
    await on.moveTo((await on.headSec()) + 200);
    expectProblem(
      await keys.ask(video, (await keys.request(video, who)).body),
      403,
      'key_not_granted',
      'grant',
    );
    expectProblem(
      await keys.keep(video, await grantTo(who.of, { endsInSec: -1 })),
      401,
      'signature_expired',
      'expires_at_sec',
    );
  });

  it('refused: what the operator has taken down, and what is not here', async () => {
    const film = await on.packaged();
    const { body } = await keys.request(film, stranger());
    const takedown = { headers: on.api.asOperator };
    await on.api.call('PUT', `/takedowns/${film.cid}`, takedown);
    expectProblem(await keys.ask(film, body), 451, 'taken_down', 'cid');
    await on.api.call('DELETE', `/takedowns/${film.cid}`, takedown);
    const clear = { cid: await on.api.add('a clear file'), contentId: '' };
    clear.contentId = await on.listed(clear.cid, { unit: 0 });
    const asked = await keys.request(clear, stranger());
    expectProblem(await keys.ask(clear, asked.body), 404, 'secret_unknown', 'cid');
    const granted = await keys.grant(clear, { by: wallet(MAKER), to: wallet(PROVIDER).address });
    expectProblem(await keys.keep(clear, granted), 404, 'secret_unknown', 'cid');
  });

  it('no secret stands in the log', () => {
    const given = on.api.logged.filter(({ facts }) => facts.provider === wallet(PROVIDER).address);
    expect(given[0]?.facts).to.deep.include({ cid: video.cid, content_id: video.contentId });
    const logged = JSON.stringify(on.api.logged);
    for (const as of ['hex', 'base64'] as const)
      expect(logged).to.not.contain(
        Buffer.from(secret() ?? [])
          .toString(as)
          .slice(0, 20),
      );
  });
});

describe('KEY_GRANTS=off', () => {
  it('gives keys to no other host', async () => {
    const api = await startApi({ env: { KEY_GRANTS: 'off' } });
    try {
      const keys = granting(api);
      const content = { cid: await api.add('a file'), contentId: `0x${'01'.repeat(32)}` };
      const provider = api.wallet(PROVIDER);
      const { body } = await keys.request(content, { by: provider, of: provider.address });
      expectProblem(await keys.ask(content, body), 403, 'key_grants_off');
      const grant = await keys.grant(content, { by: api.wallet(MAKER), to: provider.address });
      expectProblem(await keys.keep(content, grant), 403, 'key_grants_off');
    } finally {
      await api.stop();
    }
  });
});

describe('key requests on a host for everybody', () => {
  it('are limited as signing in is: whoever floods it with them waits', async () => {
    const api = await startApi({ config: { rateLimits: { reads: 0, writes: 0, uploads: 3 } } });
    try {
      const keys = granting(api);
      const content = { cid: await api.add('a file'), contentId: `0x${'01'.repeat(32)}` };
      const provider = api.wallet(PROVIDER);
      const codes: unknown[] = [];
      for (let nth = 0; nth < 4; nth += 1) {
        const { body } = await keys.request(content, { by: provider, of: provider.address });
        codes.push((await keys.ask(content, body)).body.code);
      }
      expect(codes).to.deep.equal([...Array(3).fill('unknown_content'), 'rate_limited']);
    } finally {
      await api.stop();
    }
  });
});
