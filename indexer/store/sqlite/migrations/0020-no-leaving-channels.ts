export default `
-- Nothing asks for them any more.
DROP INDEX IF EXISTS channels_leaving;
`;
