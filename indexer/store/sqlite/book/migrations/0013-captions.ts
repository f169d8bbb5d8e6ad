export default `
-- Texts that go with a video which is packaged: by language, in JSON, until it is packaged or over. packagings.captions: what they are, a
-- list of languages and labels.
ALTER TABLE resumable_uploads ADD COLUMN caption_texts TEXT;
ALTER TABLE packagings ADD COLUMN caption_texts TEXT;
ALTER TABLE packagings ADD COLUMN captions TEXT;

-- Languages of a packaged video's captions, a list in JSON.
ALTER TABLE media_facts ADD COLUMN captions TEXT;
`;
