export default `
-- Those whose viewers have asked for their deposits.
CREATE INDEX IF NOT EXISTS channels_leaving ON channels (provider, withdrawable_at) WHERE withdrawable_at IS NOT NULL;
`;
