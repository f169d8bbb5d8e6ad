import { expect } from 'chai';
import { addressForPeople } from '../../../indexer/compose/banner.ts';

describe('the address that a host prints when it is ready', () => {
  it('is spelt as in the documentation, where people are on its machine', () => {
    for (const host of ['127.0.0.1', '0.0.0.0', '[::]'])
      expect(addressForPeople(`http://${host}:8000`)).to.equal('http://localhost:8000');
  });

  it('is that of HOST where it listens there alone', () => {
    for (const url of ['http://192.168.1.7:8000', 'http://[::1]:8000', 'http://127.0.0.2:8000'])
      expect(addressForPeople(url)).to.equal(url);
  });
});
