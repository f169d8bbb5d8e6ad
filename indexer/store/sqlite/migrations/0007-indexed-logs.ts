export default `
-- How many logs of the indexed contracts each block holds, as far as they are in here: for comparing with the chain.
CREATE TABLE indexed_logs (block_number INTEGER PRIMARY KEY, logs INTEGER NOT NULL);
`;
