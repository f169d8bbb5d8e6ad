// What a creator's program does, in plain ethers and fetch: signs in, uploads, publishes by its own transaction, and has
// the host serve it. Prints the address under which it is sold.
//
//   ETH_RPC_URL=… PRIVATEKEY=0x… node docs/examples/publish.mjs FILE PRICE [HOST]
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JsonRpcProvider, Wallet } from 'ethers';

const [file, price, host = `http://localhost:${process.env.PORT || 8000}`] = process.argv.slice(2);
const chain = new JsonRpcProvider(process.env.ETH_RPC_URL?.split(',')[0]);
const creator = new Wallet(process.env.PRIVATEKEY, chain);

const { message } = await call(`/auth/nonce?wallet=${creator.address}`);
const signature = await creator.signMessage(message);
const { token } = await call('/auth/sign-in', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message, signature }),
});

const terms = { creator_share: 70, provider_share: 30, price };
const meta = { video_name: basename(file), content_creator_wallet: creator.address, ...terms, serve: true };
const form = new FormData();
form.set('json_data', JSON.stringify(meta));
form.set('file', await openAsBlob(file), basename(file));
const uploaded = await call('/upload-content', {
  method: 'POST',
  headers: { authorization: `Bearer ${token}` },
  body: form,
});
if (uploaded.publish !== null) {
  const { to, data } = uploaded.publish.transaction;
  await (await creator.sendTransaction({ to, data })).wait();
}
chain.destroy();

// The host registers its stream as soon as it sees the publication.
let streams = [];
for (let tries = 0; tries < 120 && streams.length === 0; tries += 1) {
  ({ streams } = await call(`/streams/${uploaded.meta.cid}`));
  if (streams.length === 0) await delay(500);
}
console.log(streams[0]?.stream_url ?? `${uploaded.meta.cid} is published; nobody serves it yet.`);

async function call(path, init) {
  const answer = await fetch(host + path, init).catch(({ cause }) => {
    throw new Error(`${host} does not answer (${cause?.code}): does the host run?`);
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${found.detail}`);
  return found;
}
