import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { ZeroAddress, ZeroHash } from 'ethers';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { Stream } from '../../web/src/api/answers.ts';
import { isServedBy, provideCommand, sellersOf, whichOf } from '../../web/src/pages/watch/serve/command.ts';
import { delegateOf } from '../../web/src/playback/delegate.ts';
import { CREATOR } from '../indexer/http/samples.ts';

const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const listing = { content_id: ZeroHash, contract: CONTRACT };

function at(stream_url: string, more: Partial<Stream> = {}): Stream {
  const wallets = { content_distributor_wallet: CREATOR, content_creator_wallet: CREATOR };
  return { cid: CID, stream_url, ...wallets, ...listing, registered_at: '2026-11-30T00:00:00Z', ...more };
}

describe('"Serve this"', () => {
  it('names the hosts of the listing, each once, and nothing that is no host', () => {
    const streams = [
      at(`https://first.example.org/play/${CID}`),
      at(`https://first.example.org/ipfs/${CID}`),
      at(`https://second.example.org:8443/videos/play/${CID}/index.m3u8`),
      at('https://cdn.example.org/film.mp4'),
      at('no address'),
      at(`https://other.example.org/play/${CID}`, { content_id: `0x${'1'.repeat(64)}` }),
    ];
    expect(sellersOf(streams, listing)).to.deep.equal([
      'https://first.example.org',
      'https://second.example.org:8443/videos',
    ]);
  });

  it('is not for what the provider serves, in whatever case', () => {
    const streams = [at(`https://first.example.org/play/${CID}`)];
    expect(isServedBy(CREATOR.toLowerCase(), streams, listing)).to.equal(true);
    expect(isServedBy(CONTRACT, streams, listing)).to.equal(false);
    expect(isServedBy(CREATOR, streams, { ...listing, contract: CREATOR })).to.equal(false);
  });

  it('is a command to copy, which names the listing where there are several', () => {
    const from = 'https://first.example.org';
    expect(provideCommand(CID, from)).to.equal(`npm run provide -- ${CID} --from ${from}`);
    expect(provideCommand(CID, undefined)).to.equal(`npm run provide -- ${CID} --file FILE`);
    const which = { content_creator_wallet: CREATOR, token: ZeroAddress };
    expect(provideCommand(CID, from, which)).to.match(
      new RegExp(` --from ${from} --creator ${CREATOR} --token ${ZeroAddress}$`),
    );
  });

  it('has one form on every page: the listing is named where there are several, or nobody knows', () => {
    expect(whichOf(listing, 1)).to.equal(undefined);
    expect(whichOf(listing, 2)).to.equal(listing);
    expect(whichOf(listing, undefined)).to.equal(listing);
  });

  it("runs nothing that a stream's address hides", () => {
    const evil = "https://evil.example.org/$(touch$IFS.gone);a&b|c'd`e`/play/x";
    const [from = ''] = sellersOf([at(evil)], listing);
    const command = provideCommand(CID, from).replace(/^npm run provide -- /, "printf '%s\\n' ");
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n');
    expect(words).to.deep.equal([CID, '--from', from]);
    expect(from).to.contain('$(touch');
  });

  it("asks the contract for the provider's delegate", async () => {
    const calls: unknown[] = [];
    const provider = {
      request: async (call: { method: string; params?: unknown[] }) => {
        calls.push(call);
        return `0x${CREATOR.slice(2).toLowerCase().padStart(64, '0')}`;
      },
    };
    const read = delegateOf({ provider, chainId: 1 }, CONTRACT, CREATOR);
    expect(await read.load(new AbortController().signal)).to.equal(CREATOR.toLowerCase());
    const data = StreamHost__factory.createInterface().encodeFunctionData('claimDelegateOf', [CREATOR]);
    expect(calls).to.deep.equal([{ method: 'eth_call', params: [{ to: CONTRACT, data }, 'latest'] }]);
  });
});
