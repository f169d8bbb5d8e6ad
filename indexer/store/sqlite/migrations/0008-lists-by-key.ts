export default `
-- Anybody can list any CID and serve any content, so nothing may read all of one: the offers of a content one after the
-- other, the latest listing and each spelling of an offer; streams in the order of their registration.
CREATE INDEX IF NOT EXISTS content_by_offer
  ON content_metadata (cid_key, content_creator_wallet, token, published_block, published_log_index);
CREATE INDEX IF NOT EXISTS content_by_spelling
  ON content_metadata (cid_key, content_creator_wallet, token, cid, published_block, published_log_index);
CREATE INDEX IF NOT EXISTS content_by_coin ON content_metadata (cid_key, token, content_creator_wallet);
DROP INDEX IF EXISTS streams_active;
CREATE INDEX IF NOT EXISTS streams_active ON streams (registered_at, contract, content_id, provider) WHERE active = 1;
CREATE INDEX IF NOT EXISTS streams_by_cid ON streams (cid_key, registered_at, contract, content_id, provider) WHERE active = 1;
CREATE INDEX IF NOT EXISTS streams_by_listing ON streams (contract, content_id, registered_at, provider) WHERE active = 1;
CREATE INDEX IF NOT EXISTS streams_by_provider ON streams (provider, registered_at, contract, content_id) WHERE active = 1;
CREATE INDEX IF NOT EXISTS streams_by_both ON streams (provider, cid_key, registered_at, contract, content_id);
`;
