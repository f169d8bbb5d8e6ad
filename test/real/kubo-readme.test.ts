import { expect } from 'chai';
import { describeReadmeCalls } from '../e2e/readme-calls.ts';
import { KuboProcess } from './kubo-node.ts';

describe('with media on Kubo', () => {
  let node: KuboProcess;

  before(async () => {
    node = await KuboProcess.start();
  });
  after(() => node.dispose());

  describeReadmeCalls('media on Kubo', () => ({ IPFS_API_URL: node.url }));

  describe('afterwards', () => {
    it('the node keeps the upload', async () => {
      expect(await node.pins()).to.include('bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u');
    });
  });
});
