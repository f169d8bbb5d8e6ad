// A process of its own that opens both stores and ends, for tests that kill it: RECORDS BOOK
import { openSqliteStores } from '../../../indexer/store/sqlite/index.ts';

const [records = '', path = ''] = process.argv.slice(2);
const { store, book } = openSqliteStores({ records, book: path });
await store.close();
await book.close();
