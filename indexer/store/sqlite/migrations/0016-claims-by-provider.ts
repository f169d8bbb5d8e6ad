export default `
-- Vouchers that were paid to a provider, in order.
CREATE INDEX IF NOT EXISTS channel_claims ON channel_events (claimer, block_number, log_index) WHERE kind = 'claimed';
`;
