import { expect } from 'chai';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { CREATOR, expectProblem, NATIVE, OTHER, PROVIDER, REGISTRATION, UPLOAD, useApi } from './api.ts';

type Row = Record<string, unknown>;

describe('the catalogue', () => {
  const api = useApi();
  let token: string;
  const cids: Record<string, string> = {};

  before(async () => {
    const deployed = await new TestToken__factory(api.wallet(0)).deploy();
    await deployed.waitForDeployment();
    token = await deployed.getAddress();
    const offers: Row[] = [
      { video_name: 'Sea', price: '0.001' },
      { video_name: 'SEASIDE 100 %', price: '0.01' },
      { video_name: 'Mountains', price: '0.1', content_creator_wallet: OTHER },
      { video_name: 'Übersee', price: '0.01', token },
    ];
    for (const offer of offers) {
      const { body } = await api.upload(String(offer.video_name), { ...UPLOAD, ...offer });
      cids[String(offer.video_name)] = String((body.meta as Row).cid);
    }
  });

  const search = async (query: Record<string, string>) => {
    const { body } = await api.get(`/contents?${new URLSearchParams(query)}`);
    return (body.contents as Row[]).map(({ video_name }) => video_name);
  };

  describe('GET /contents', () => {
    const cases: [query: () => Record<string, string>, names: string[]][] = [
      [() => ({}), ['Übersee', 'Mountains', 'SEASIDE 100 %', 'Sea']],
      [() => ({ search: 'sea' }), ['SEASIDE 100 %', 'Sea']],
      [() => ({ search: 'ÜBER' }), ['Übersee']],
      [() => ({ search: '%' }), ['SEASIDE 100 %']],
      [() => ({ search: 'desert' }), []],
      [() => ({ search: cids.Mountains ?? '' }), ['Mountains']],
      [() => ({ creator: OTHER.toLowerCase() }), ['Mountains']],
      [() => ({ token }), ['Übersee']],
      [() => ({ token: NATIVE, search: 'see' }), []],
      [() => ({ min_price: '0.01' }), ['Mountains', 'SEASIDE 100 %']],
      [() => ({ max_price: '0.01' }), ['SEASIDE 100 %', 'Sea']],
      [() => ({ min_price: '0.005', max_price: '0.05', token }), ['Übersee']],
      [() => ({ q: 'saeside 100' }), ['SEASIDE 100 %']],
      [() => ({ q: OTHER.toLowerCase() }), ['Mountains']],
      [() => ({ cid: cids.Sea ?? '' }), ['Sea']],
      [() => ({ sort: 'price' }), ['Sea', 'SEASIDE 100 %', 'Mountains', 'Übersee']],
      [() => ({ sort: 'views' }), ['Übersee', 'Mountains', 'SEASIDE 100 %', 'Sea']],
      [() => ({ served: 'true' }), []],
      [() => ({ free: 'true' }), []],
      [() => ({ unit: 'view', sort: 'new', creator: OTHER }), ['Mountains']],
      [() => ({ unit: 'day' }), []],
      [() => ({ min_price: '99999999999999999999999999999999999999999999999999' }), []],
    ];
    for (const [query, names] of cases) {
      it(`finds ${JSON.stringify(names)}`, async () => {
        expect(await search(query()), JSON.stringify(query())).to.deep.equal(names);
      });
    }

    it('refuses an order, a filter and a unit that it does not know', async () => {
      for (const [query, code, field] of [
        ['sort=old', 'invalid_field', 'sort'],
        ['served=no', 'invalid_field', 'served'],
        ['free=1', 'invalid_field', 'free'],
        ['unit=hour', 'bad_unit', 'unit'],
        ['cid=x', 'bad_cid', 'cid'],
        ['q=%00', 'invalid_field', 'q'],
      ] as const)
        expectProblem(await api.get(`/contents?${query}`), 400, code, field);
    });

    it('goes through all pages, latest first', async () => {
      const found: unknown[] = [];
      let cursor = '';
      do {
        const { body } = await api.get(`/contents?limit=3${cursor}`);
        found.push((body.contents as Row[]).map(({ video_name }) => video_name));
        cursor = body.next_cursor === null ? '' : `&cursor=${String(body.next_cursor)}`;
      } while (cursor !== '');
      expect(found).to.deep.equal([['Übersee', 'Mountains', 'SEASIDE 100 %'], ['Sea']]);
    });
  });

  describe('GET /contents/{cid}', () => {
    it('is 404 for a content that nobody has listed, and for another creator than asked for', async () => {
      const unlisted = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
      expectProblem(await api.get(`/contents/${unlisted}`), 404, 'unknown_content', 'cid');
      expectProblem(await api.get(`/contents/${cids.Sea}?creator=${OTHER}`), 404, 'unknown_content', 'cid');
    });

    it('shows all there is to know of a listing', async () => {
      const { body } = await api.get(`/contents/${cids.Sea}`);
      const [listing, ...others] = body.contents as Row[];
      expect(others).to.deep.equal([]);
      expect(listing).to.include({
        cid: cids.Sea,
        video_name: 'Sea',
        content_creator_wallet: CREATOR,
        creator_share: 70,
        provider_share: 30,
        price: '0.001',
        price_base_units: '1000000000000000',
        token: NATIVE,
        token_symbol: 'ETH',
        token_decimals: 18,
        contract: api.chain.facts.contract,
        unit: 'view',
        retired: false,
        scheduled: null,
      });
      const id = await api.as(0).contentIdOf(CREATOR, NATIVE, cids.Sea ?? '');
      expect(listing?.content_id).to.equal(id);
    });

    it('says which listing was the first, also to who asks for another', async () => {
      const path = `/contents/${cids.Sea}`;
      const id = await api.as(0).contentIdOf(CREATOR, NATIVE, cids.Sea ?? '');
      const first = { content_id: id, contract: api.chain.facts.contract };
      expect((await api.get(path)).body.first).to.deep.equal(first);
      const copy = { cid: cids.Sea ?? '', token: NATIVE, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
      const creator = await api.wallet(6).getAddress();
      await (await api.as(6).publish({ ...copy, name: 'A copy', metadata: '' })).wait();
      await api.settled();
      const { contents, first: told } = (await api.get(path)).body;
      expect((contents as Row[]).map(({ content_creator_wallet }) => content_creator_wallet)).to.deep.equal([
        creator,
        CREATOR,
      ]);
      expect(told).to.deep.equal(first);
      expect((await api.get(`${path}?creator=${creator}`)).body.first).to.deep.equal(first);
    });

    it('shows the terms a creator has announced until they are in force', async () => {
      const id = await api.as(3).contentIdOf(OTHER, NATIVE, cids.Mountains ?? '');
      await (await api.as(4).retire(id)).wait();
      await api.settled();
      const { body } = await api.get(`/contents/${cids.Mountains}`);
      const [listing] = body.contents as Row[];
      expect(listing).to.include({ retired: false, price: '0.1' });
      expect(listing?.scheduled).to.include({ retires: true, price: '0.1', provider_share: 30 });
    });
  });

  describe('GET /streams', () => {
    const register = (cid: string, wallet: string, video_name = 'Sea') =>
      api.post('/register', { ...REGISTRATION, cid, video_name, content_distributor_wallet: wallet });

    it('is an empty list where nobody serves', async () => {
      expect((await api.get('/streams')).body).to.deep.equal({ streams: [], next_cursor: null });
      expect((await api.get(`/streams/${cids.Sea}`)).body).to.deep.equal({ streams: [] });
      expect((await api.get(`/wallets/${PROVIDER}/streams`)).body).to.deep.equal({ streams: [] });
    });

    it('goes through all pages, whatever comes and goes between them', async () => {
      for (const wallet of [PROVIDER, OTHER, CREATOR]) await register(cids.Sea ?? '', wallet);
      const { body: all } = await api.get('/streams');
      const { body: first } = await api.get('/streams?limit=1');
      const [head, second, third] = all.streams as Row[];
      expect(first.streams).to.deep.equal([head]);
      await api.post('/deregister', {
        cid: cids.Sea,
        content_distributor_wallet: head?.content_distributor_wallet,
      });
      const { body: rest } = await api.get(`/streams?limit=2&cursor=${String(first.next_cursor)}`);
      expect(rest).to.deep.equal({ streams: [second, third], next_cursor: null });
    });
  });
});
