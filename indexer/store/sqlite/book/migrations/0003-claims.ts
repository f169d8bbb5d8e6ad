export default `
-- decided: nothing on the chain can change any more what has become of it.
ALTER TABLE vouchers ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
CREATE INDEX vouchers_undecided ON vouchers (provider, contract, channel_id, epoch, seq) WHERE decided = 0;
CREATE INDEX vouchers_latest ON vouchers (provider, opened_at, contract, channel_id, epoch, seq);
CREATE INDEX vouchers_latest_in_state ON vouchers (provider, state, opened_at, contract, channel_id, epoch, seq);
`;
