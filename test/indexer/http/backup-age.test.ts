import { expect } from 'chai';
import { voucher } from '../store/vouchers.suite.ts';
import { useApi } from './api.ts';

const DAY_SEC = 86_400;

describe('a book that is not backed up', () => {
  let days = 0;
  const nowSec = () => Math.floor(Date.now() / 1_000) + days * DAY_SEC;
  const api = useApi({ nowSec });

  const readyz = async () => {
    const { status, body } = await api.get('/readyz');
    expect([status, body.ready]).to.deep.equal([200, true]);
    return (body.parts as Record<string, unknown>).book;
  };
  const ageDays = async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const [, seconds] = /^book_backup_age_seconds (\d+)$/m.exec(text) ?? [];
    return Math.floor(Number(seconds) / DAY_SEC);
  };

  it('is told of after seven days, once it holds a voucher, until it is; the host stays ready', async () => {
    days = 8;
    expect(await readyz()).to.deep.equal({ state: 'up', name: 'sqlite' });
    expect(await ageDays()).to.equal(8);
    const of = { voucher: voucher(), scope: 'a channel', contentId: 'a content', nowSec: nowSec() };
    await api.deps.book.sell(of, () => ({ answer: null, voucher: voucher() }));
    const reason = 'It was not backed up for 8 days: npm run backup -- FILE';
    expect(await readyz()).to.deep.equal({ state: 'degraded', name: 'sqlite', reason });
    days = 6;
    expect(await readyz()).to.include({ state: 'up' });
    days = 8;
    await api.deps.book.noteBackup(nowSec() - DAY_SEC);
    expect(await readyz()).to.include({ state: 'up' });
    expect(await ageDays()).to.equal(1);
  });
});
