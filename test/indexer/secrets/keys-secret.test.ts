import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { KeysSecretUnreadable, KeysSecretWrong, SecretDamaged } from '../../../indexer/secrets/errors.ts';
import { openKeysSecret } from '../../../indexer/secrets/keys-secret.ts';
import { contentSecretOf, uploadSecretOf } from '../../../indexer/secrets/names.ts';
import { sealingKey } from '../../../indexer/secrets/seal.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { BOOK } from '../../../indexer/store/sqlite/book/schema.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { rejected } from '../../rejection.ts';

const KEY = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const SECRET = new Uint8Array(32).fill(9);
const kidOf = (hex: string) => sealingKey(Buffer.from(hex, 'hex')).kid;

describe('openKeysSecret()', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-secret-'));
    file = join(folder, 'keys-secret');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (configured?: string, ...kids: string[]) =>
    openKeysSecret({
      ...{ configured, file },
      book: {
        sealedUnder: async () => kids,
        resealSecrets: async () => expect.fail('nothing is to be sealed anew'),
      },
    });

  it('makes a file that its owner alone may read, and finds it again', async () => {
    const { kid } = await open();
    expect(readFileSync(file, 'utf8')).to.match(/^[0-9a-f]{64}\n$/);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect((await open(undefined, kid)).kid).to.equal(kid);
    rmSync(file);
    expect((await open()).kid).to.not.equal(kid);
  });

  it('is the same for all that begin at once', async () => {
    const keys = await Promise.all([open(), open(), open()]);
    expect(new Set(keys.map(({ kid }) => kid)).size).to.equal(1);
    expect(readdirSync(folder)).to.deep.equal(['keys-secret']);
  });

  it('deletes what a start that was killed has left of a key', async () => {
    const left = `keys-secret.${randomUUID()}`;
    writeFileSync(join(folder, left), KEY);
    writeFileSync(join(folder, 'keys-secret.bak'), 'of its owner');
    await open();
    expect(readdirSync(folder).sort()).to.deep.equal(['keys-secret', 'keys-secret.bak']);
    writeFileSync(join(folder, left), KEY);
    await open();
    expect(readdirSync(folder).sort()).to.deep.equal(['keys-secret', 'keys-secret.bak']);
  });

  it('takes the configured key, and makes no file', async () => {
    expect((await open(KEY, kidOf(KEY))).kid).to.equal(kidOf(KEY));
    expect(existsSync(file)).to.equal(false);
  });

  it('refuses a key that does not open all that the records hold, and says how to go on', async () => {
    for (const configured of [KEY, undefined]) {
      writeFileSync(file, KEY);
      const error = await rejected(open(configured, kidOf(KEY), kidOf(OTHER)), KeysSecretWrong);
      expect(error.kids).to.deep.equal([kidOf(OTHER)]);
      expect(error.message).to.include('KEYS_SECRET').and.include(file);
    }
  });

  it('makes no new key where the old one is lost', async () => {
    await rejected(open(undefined, kidOf(KEY)), KeysSecretWrong);
    expect(existsSync(file)).to.equal(false);
  });

  it('refuses a file that is damaged', async () => {
    writeFileSync(file, KEY.slice(2));
    await rejected(open(), KeysSecretUnreadable);
  });
});

describe('KEYS_SECRET_OLD', () => {
  const keyOf = (hex: string) => sealingKey(Buffer.from(hex, 'hex'));
  const OWNER = 'its creator';
  let book: Book;
  let path: string;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-'));
    path = join(folder, 'book.sqlite');
    const db = openDatabase(path, BOOK);
    const content = keyOf(KEY).seal(SECRET, contentSecretOf('a content', OWNER));
    db.prepare('INSERT INTO content_secrets VALUES (?, ?, ?, ?)').run(
      ...['a content', OWNER, content.sealed, content.kid],
    );
    const upload = keyOf(KEY).seal(SECRET, uploadSecretOf('an upload'));
    db.prepare(`INSERT INTO packagings (id, state, owner, video_name, offer, serve, client, preview_sec, sealed, kid)
      VALUES ('an upload', 'queued', 'w', 'V', '{}', 0, '::1', 0, ?, ?)`).run(upload.sealed, upload.kid);
    db.close();
    book = openSqliteBook({ path });
  });
  afterEach(async () => {
    await book.close();
    rmSync(folder, { recursive: true });
  });

  const open = (configured: string, former?: string) =>
    openKeysSecret({ configured, former, file: join(folder, 'keys-secret'), book });

  it('seals every secret under the new key, once', async () => {
    for (const _ of ['first', 'again']) {
      const key = await open(OTHER, KEY);
      const content = await book.contentSecret('a content', OWNER);
      expect(content && key.open(content, contentSecretOf('a content', OWNER))).to.deep.equal(SECRET);
      const upload = (await book.nextPackaging())?.secret;
      expect(upload && key.open(upload, uploadSecretOf('an upload'))).to.deep.equal(SECRET);
    }
    expect((await open(OTHER)).kid).to.equal(kidOf(OTHER));
    await rejected(open(KEY), KeysSecretWrong);
  });

  it('changes nothing where one of them does not open', async () => {
    const db = openDatabase(path, BOOK);
    db.exec("UPDATE content_secrets SET sealed = 'c3BvaWx0'");
    db.close();
    await rejected(open(OTHER, KEY), SecretDamaged);
    expect(await book.sealedUnder()).to.deep.equal([kidOf(KEY)]);
  });

  it('is nothing where it is another key than that of the secrets, or the same as the new one', async () => {
    await rejected(open(OTHER, 'c3'.repeat(32)), KeysSecretWrong);
    expect((await open(KEY, KEY)).kid).to.equal(kidOf(KEY));
  });
});

describe('a sealed secret', () => {
  const key = sealingKey(Buffer.from(KEY, 'hex'));

  it('opens under its name, and is sealed differently each time', () => {
    const [one, other] = [key.seal(SECRET, 'a content'), key.seal(SECRET, 'a content')];
    expect(one.sealed).to.not.equal(other.sealed);
    expect([key.open(one, 'a content'), key.open(other, 'a content')]).to.deep.equal([SECRET, SECRET]);
  });

  it('opens under no other name or key, and not once it is changed', () => {
    const sealed = key.seal(SECRET, 'a content');
    const bytes = Buffer.from(sealed.sealed, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    const changed = { ...sealed, sealed: bytes.toString('base64') };
    expect(() => key.open(sealed, 'another')).to.throw(SecretDamaged);
    expect(() => key.open(changed, 'a content')).to.throw(SecretDamaged);
    expect(() => key.open({ ...sealed, sealed: '' }, 'a content')).to.throw(SecretDamaged);
    expect(() => sealingKey(Buffer.from(OTHER, 'hex')).open(sealed, 'a content')).to.throw(SecretDamaged);
  });
});
