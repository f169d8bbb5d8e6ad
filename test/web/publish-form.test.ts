import { expect } from 'chai';
import type { ChainFacts, Packaging } from '../../web/src/api/answers.ts';
import { HostRefused } from '../../web/src/api/errors.ts';
import { missing } from '../../web/src/pages/publish/missing.ts';
import { metadataOf, saidIn } from '../../web/src/publish/about/said.ts';
import { type Draft, draftErrors } from '../../web/src/publish/draft.ts';
import { coinOf, type DraftCoin, verifiedCoins } from '../../web/src/publish/fields/coin.ts';
import { refusedFields } from '../../web/src/publish/fields/refused.ts';
import { wholeCost } from '../../web/src/publish/fields/whole-cost.ts';
import { stepOf } from '../../web/src/publish/packaging/step-of.ts';
import { publishing, uploadTermsOf } from '../../web/src/publish/terms.ts';
import { CID, CREATOR, OTHER } from '../indexer/http/samples.ts';
import { CONTRACT, SEPOLIA } from './gates.ts';

const NATIVE = '0x0000000000000000000000000000000000000000';
const draft: Draft = {
  ...{ name: 'A video', price: '0.25', unit: 'minute', protect: true, previewSec: 10 },
  ...{ creatorShare: 70, serve: false },
};
const chain: ChainFacts = {
  ...{ chain_id: SEPOLIA, contract: CONTRACT, rpc_url: null, unsigned: false, open_gateway: false },
  ...{ relay: 'open', indexed_block: 1, max_upload_bytes: 1, provider_wallet: null },
  coins: [
    { token: NATIVE, token_symbol: 'ETH', token_verified: true, token_decimals: 18 },
    { token: OTHER, token_symbol: 'USDC', token_verified: true, token_decimals: 6 },
  ],
};
const [ETH, USDC] = verifiedCoins(chain) as [DraftCoin, DraftCoin];

describe("the creator's form", () => {
  it('says what all of a video by the minute costs, as far as it is known', () => {
    const terms = { ...draft, coin: ETH, unit: 'minute' as const, protect: true, price: '0.001' };
    const all = 'All of it, 12 minutes, costs a viewer 0.012 ETH.';
    expect(wholeCost(terms, 690)).to.equal(all);
    expect(wholeCost({ ...terms, capUnits: '10' }, 690)).to.contain('0.01 ETH');
    expect(wholeCost({ ...terms, capUnits: '100' }, 690)).to.equal(all);
    expect(wholeCost(terms, null)).to.equal(null);
    expect(wholeCost({ ...terms, price: '0' }, 690)).to.equal(null);
    expect(wholeCost({ ...terms, unit: 'view' }, 690)).to.equal(null);
  });

  it('says why it can not be sent yet', () => {
    const good = { file: new File([], 'film.mp4'), tooLarge: false, canSend: true, hasCaptions: true };
    expect(missing(good)).to.equal(null);
    const reasons = [
      missing({ ...good, file: undefined }),
      missing({ ...good, tooLarge: true }),
      missing({ ...good, canSend: false }),
      missing({ ...good, hasCaptions: false }),
    ];
    expect(new Set(reasons).size).to.equal(4);
    expect(reasons[3]).to.contain('Captions');
  });

  it('puts description and the most that is paid into the metadata, and nothing where nothing is said', () => {
    expect(metadataOf(draft)).to.equal('');
    const said = { ...draft, description: ' A walk,\nin one take. ', capUnits: '30' };
    expect(JSON.parse(metadataOf(said))).to.deep.equal({
      ...{ description: 'A walk,\nin one take.', cap_units: 30 },
    });
    expect(metadataOf({ ...draft, unit: 'view', capUnits: '30' })).to.equal('');
    expect(uploadTermsOf(said, CREATOR, chain)).to.include({ metadata: metadataOf(said) });
    const { call, request } = publishing(said, CID, chain);
    expect(request(CREATOR).body).to.include({ metadata: metadataOf(said) });
    const made = call();
    expect(made.name === 'publish' && made.args[0].metadata).to.equal(metadataOf(said));
  });

  it('shows of metadata what is text, whoever has written it, and no sign that turns the text around it', () => {
    expect(saidIn('{"description":"One\\u202etwo\\u0007\\nthree","cap_units":5}')).to.deep.equal({
      ...{ description: 'Onetwo\nthree', capUnits: 5 },
    });
    for (const other of [
      '',
      'plain text',
      '[]',
      '{"description":{},"cap_units":0.5}',
      '{"description":" "}',
      undefined,
    ])
      expect(saidIn(other), other).to.deep.equal({ description: null, capUnits: null });
  });

  it('prices in the coin that was chosen, with its places; one of another chain is none', () => {
    const inUsdc = { ...draft, coin: USDC };
    expect(uploadTermsOf(inUsdc, CREATOR, chain)).to.include({ token: OTHER, price: '0.25' });
    const call = publishing(inUsdc, CID, chain).call();
    expect(call.name === 'publish' && call.args[0]).to.include({ token: OTHER, pricePerUnit: 250_000n });
    expect(uploadTermsOf({ ...draft, coin: ETH }, CREATOR, chain)).to.not.have.property('token');
    expect(coinOf({ ...USDC, chainId: 1 }, chain)).to.deep.equal(ETH);
    expect(draftErrors({ ...inUsdc, price: '0.0000001' }).price).to.equal(
      'USDC has 6 places after the point.',
    );
  });

  it('says what is wrong of each field', () => {
    const wrong = {
      ...draft,
      name: '',
      price: 'cheap',
      capUnits: '1.5',
      previewSec: 61,
      description: 'x'.repeat(5_000),
    };
    expect(draftErrors(wrong)).to.have.keys('name', 'price', 'capUnits', 'previewSec', 'description');
    expect(draftErrors({ ...draft, capUnits: '30', description: 'Good.' })).to.deep.equal({});
  });

  it('shows what the host refuses at the field, in its words', () => {
    const refused = (field: string) =>
      refusedFields(new HostRefused({ status: 400, code: 'bad', detail: 'Not so.', field }, null));
    expect(refused('metadata')).to.deep.equal({ description: 'Not so.' });
    expect(refused('terms.price')).to.deep.equal({ price: 'Not so.' });
    expect(refused('elsewhere')).to.deep.equal({});
    expect(refusedFields(new Error('Something else.'))).to.deep.equal({});
  });

  it('knows each step of an upload', () => {
    const at = (state: Packaging['state'], progress = 0) => stepOf({ state, progress }, false);
    expect(stepOf(undefined, false)).to.equal('upload');
    expect([
      at('queued'),
      at('packaging'),
      at('packaging', 0.4),
      at('packaging', 0.995),
      at('packaged', 1),
    ]).to.deep.equal(['check', 'check', 'package', 'store', 'done']);
    expect(stepOf({ state: 'packaging', progress: 0.4 }, true)).to.equal('store');
  });
});
