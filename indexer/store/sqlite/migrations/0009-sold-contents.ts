export default `
-- Whether a content is sold is asked at each read of its media: free listings, however many, are not looked through.
CREATE INDEX IF NOT EXISTS content_sold ON content_metadata (cid_key) WHERE price <> '0' OR scheduled_price <> '0';
`;
