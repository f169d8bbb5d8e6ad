import { publicTestAccounts } from '../../../devchain/accounts.ts';

export const [OPERATOR, CREATOR, PROVIDER, VIEWER, OTHER] = publicTestAccounts().map(
  ({ address }) => address,
) as [string, string, string, string, string];
export const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
export const NATIVE = '0x0000000000000000000000000000000000000000';

export const PUBLICATION = {
  cid: CID,
  video_name: 'Sample Video',
  content_creator_wallet: CREATOR,
  terms: { creator_share: 70, provider_share: 30, price: '0.001' },
};
export const UPLOAD = {
  video_name: 'Sample Video',
  content_creator_wallet: CREATOR,
  creator_share: 70,
  provider_share: 30,
  price: 0.001,
};

/** A registration as the first version's README documents it. */
export const REGISTRATION = {
  cid: CID,
  stream_url: 'http://localhost:9000/stream',
  content_distributor_wallet: PROVIDER,
  ...UPLOAD,
};
export const REPORT = {
  cid: CID,
  blockchain_address: VIEWER,
  provider_wallet: PROVIDER,
  creator_wallet: CREATOR,
  price: '0.001',
  timestamp: '2023-07-31T12:00:00Z',
};
