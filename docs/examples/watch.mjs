// What a stranger's program does, in plain ethers and fetch: pays one view, signs one Access, reads the bytes.
//
//   ETH_RPC_URL=… VIEWER_KEY=0x… node docs/examples/watch.mjs PLAY_URL MOST > video.mp4
//
// MOST: what a view may cost, in ether.
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Contract, JsonRpcProvider, parseEther, Wallet, ZeroAddress } from 'ethers';

const [url, most = '0'] = process.argv.slice(2);
const chain = new JsonRpcProvider(process.env.ETH_RPC_URL?.split(',')[0]);
const viewer = new Wallet(process.env.VIEWER_KEY, chain);
const ABI = [
  'function payView(bytes32 contentId, address provider, uint64 units, uint256 amount) payable',
  'function streamOf(bytes32 contentId, address provider) view returns (string)',
];

const asked = await fetch(url, { method: 'HEAD' });
if (asked.status !== 402) throw new Error(`${url} answers ${asked.status}`);
const { accepts } = JSON.parse(Buffer.from(asked.headers.get('payment-required'), 'base64').toString());
const { amount, asset, extra } = accepts.find(({ scheme }) => scheme === 'streamhost-direct');
const { contract, contentId, provider, access } = extra;
if (asset !== ZeroAddress) throw new Error('This example pays in the native coin only.');
// A host can say anything, and name any contract: what is sent there may be lost, and so there is a limit to it.
if (BigInt(amount) > parseEther(most)) throw new Error(`It costs ${amount} wei, and MOST is ${most} ether.`);

// The chain knows whose stream this is, and what is signed is for that host alone.
const host = new Contract(contract, ABI, viewer);
const { origin } = new URL(await host.streamOf(contentId, provider));
if (access.audience !== origin || new URL(access.url).origin !== origin) throw new Error('Not its stream.');

const paid = await host.payView(contentId, provider, 1, amount, { value: amount });
console.error(`paid ${amount} wei: ${(await paid.wait()).hash}`);

const { chainId } = await chain.getNetwork();
const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
const types = {
  Access: [
    { type: 'address', name: 'account' },
    { type: 'address', name: 'provider' },
    { type: 'string', name: 'audience' },
    { type: 'bytes32', name: 'contentId' },
    { type: 'bytes32', name: 'nonce' },
    { type: 'uint64', name: 'expiresAtSec' },
  ],
};
const nonce = `0x${randomBytes(32).toString('hex')}`;
const signed = { account: viewer.address, provider, audience: origin, contentId, nonce };
const expiresAtSec = Math.floor(Date.now() / 1000) + 120;
const signature = await viewer.signTypedData(domain, types, { ...signed, expiresAtSec });
const opened = await fetch(access.url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    ...{ account: viewer.address, provider, audience: origin, content_id: contentId, nonce },
    ...{ expires_at_sec: expiresAtSec, signature },
  }),
});
const { play_url: playUrl, detail } = await opened.json();
if (!opened.ok) throw new Error(`${access.url} answers ${opened.status}: ${detail}`);
console.error('open for a day at an address that any player takes; whoever has it can watch, too');
await pipeline((await fetch(playUrl)).body, process.stdout);
chain.destroy();
