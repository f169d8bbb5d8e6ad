export default `
-- lesser: items, total, signature and digest as they were signed for here, in JSON, where the chain has paid a later form that
-- nobody has shown here. They are claimed again where that is undone.
ALTER TABLE vouchers ADD COLUMN lesser TEXT;
`;
