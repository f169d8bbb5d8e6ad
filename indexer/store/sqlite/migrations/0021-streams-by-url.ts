/** A provider may have very many streams, and is asked at every few blocks for those at another address than one. */
export default `
CREATE INDEX streams_by_url ON streams (provider, url) WHERE active = 1;
`;
