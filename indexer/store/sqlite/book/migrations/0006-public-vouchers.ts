export default `
-- is_public: it was sent to the chain, where everybody reads it, whatever has become of it since; whoever moves it.
ALTER TABLE vouchers ADD COLUMN is_public INTEGER NOT NULL DEFAULT 0;
UPDATE vouchers SET is_public = 1 WHERE state IN ('claiming', 'claimed', 'rejected') OR claim_tx IS NOT NULL;
CREATE TRIGGER vouchers_are_sent AFTER UPDATE OF state ON vouchers
  WHEN new.state IN ('claiming', 'claimed', 'rejected') AND new.is_public = 0
BEGIN
  UPDATE vouchers SET is_public = 1
  WHERE contract = new.contract AND channel_id = new.channel_id AND epoch = new.epoch AND seq = new.seq;
END;
`;
