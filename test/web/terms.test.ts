import { expect } from 'chai';
import type { ChainFacts } from '../../web/src/api/answers.ts';
import type { Draft } from '../../web/src/publish/draft.ts';
import { publishing, uploadTermsOf } from '../../web/src/publish/terms.ts';
import { CID, CREATOR, PROVIDER } from '../indexer/http/samples.ts';
import { CONTRACT, SEPOLIA } from './gates.ts';

const draft: Draft = {
  ...{ name: ' A video ', price: '0,002', unit: 'view', protect: false, previewSec: 10 },
  ...{ creatorShare: 70, serve: true },
};
const chain = (provider_wallet: string | null): ChainFacts => ({
  ...{ chain_id: SEPOLIA, name: 'sepolia', contract: CONTRACT, rpc_url: null, unsigned: false },
  ...{ open_gateway: false, relay: 'open', indexed_block: 1, max_upload_bytes: 1, provider_wallet },
});

describe('what is published', () => {
  const terms = { creator_share: 70, provider_share: 30, price: '0.002', unit: 'view' };

  it('is uploaded with its terms, and the wish to be served', () => {
    expect(uploadTermsOf(draft, CREATOR, chain(PROVIDER))).to.deep.equal({
      ...{ video_name: 'A video', content_creator_wallet: CREATOR, storage: 'ipfs', serve: true },
      ...terms,
    });
  });

  it('is protected where its creator wants that, with its free start; at no price there is nothing to hide', () => {
    const protect = { ...draft, protect: true };
    expect(uploadTermsOf(protect, CREATOR, chain(null))).to.include({ protect: true, preview_sec: 10 });
    const free = uploadTermsOf({ ...protect, price: '0' }, CREATOR, chain(null));
    expect(free).to.include({ protect: true }).and.not.have.property('preview_sec');
  });

  it('is asked for by signature with the same wish', () => {
    const { body } = publishing(draft, CID, chain(PROVIDER)).request(CREATOR);
    expect(body).to.deep.include({ cid: CID, serve: true });
    expect(body.terms).to.deep.include(terms);
  });

  it('is not served where nobody serves, nor where the creator does not want it', () => {
    const without = [uploadTermsOf(draft, CREATOR, chain(null))];
    without.push(uploadTermsOf({ ...draft, serve: false }, CREATOR, chain(PROVIDER)));
    for (const each of without) expect(each).to.not.have.property('serve');
    const { body } = publishing({ ...draft, serve: false }, CID, chain(PROVIDER)).request(CREATOR);
    expect(body).to.not.have.property('serve');
  });

  it('is priced by the view, by the day, or, where keys are sold, by the minute, as the contract numbers them', () => {
    const numberOf = (unit: Draft['unit'], protect = false) => {
      const call = publishing({ ...draft, unit, protect }, CID, chain(null)).call();
      return call.name === 'publish' && call.args[0].unit;
    };
    expect([numberOf('view'), numberOf('day'), numberOf('minute', true)]).to.deep.equal([0, 2, 1]);
    expect(numberOf('minute')).to.equal(0);
    const minutes = { ...draft, unit: 'minute', protect: true } as const;
    expect(uploadTermsOf(minutes, CREATOR, chain(null))).to.include({ unit: 'minute' });
    const clear = { ...minutes, protect: false };
    expect(uploadTermsOf(clear, CREATOR, chain(null))).to.include({ unit: 'view' });
  });
});
