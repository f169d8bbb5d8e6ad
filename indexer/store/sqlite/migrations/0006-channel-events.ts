export default `
-- Rejections are shown where the channel's own provider claimed: anybody can name any channel, so those of others may be many.
DROP INDEX channel_events_by_channel;
CREATE INDEX channel_events_shown ON channel_events (contract, channel_id, block_number, log_index)
  WHERE kind <> 'rejected';
CREATE INDEX channel_rejections_by_claimer
  ON channel_events (contract, channel_id, claimer, block_number, log_index) WHERE kind = 'rejected';
`;
