// What somebody else's page does with the package: it is compiled and bundled in a folder that knows nothing of this project.
import { browserStorage, openChannel, openVideo, type Parties } from '@stream-host/client';
import { STREAM_HOST_ABI } from '@stream-host/client/abi';
import { player } from '@stream-host/client/hls';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import Hls from 'hls.js';

/** Amounts in decimal text. */
interface Setting {
  parties: Parties;
  video: { cid: string; contentId: string; playUrl: string };
  unitPrice: string;
  deposit: string;
  host: string;
  rpcUrl: string;
  walletKey: string;
}

/** Opens a channel, reads the playlists, buys the key of the first minute, and has the rest given back. */
async function pay({ parties, video: of, host, ...setting }: Setting) {
  const chain = new JsonRpcProvider(setting.rpcUrl, parties.chainId, { cacheTimeout: -1 });
  const wallet = new Wallet(setting.walletKey, chain);
  const options = { ...parties, storage: browserStorage(), facts: { host } };
  const channel = await openChannel({ ...options, wallet, deposit: BigInt(setting.deposit) });
  const unitPrice = BigInt(setting.unitPrice);
  const video = await openVideo({ ...options, ...of, unitPrice, channel });

  const hls = new Hls();
  const parsed = new Promise<number>((resolve) => {
    hls.once(Hls.Events.MANIFEST_PARSED, (_, { levels }) => resolve(levels.length));
  });
  const session = player(hls, video, { onStop: ({ message }) => console.error(message) });
  const levels = await parsed;
  session.detach();
  hls.destroy();

  const key = (await video.fetchKeys([0])).get(0);
  const { spent } = await channel.balance();
  await channel.release({ host });
  const contract = new Contract(parties.contract, STREAM_HOST_ABI, chain);
  const delaySec: bigint = await contract.getFunction('withdrawDelaySec')();
  const { deposit } = await channel.balance();
  chain.destroy();
  return {
    levels,
    key: [...(key ?? [])],
    spent: `${spent}`,
    deposit: `${deposit}`,
    delaySec: Number(delaySec),
  };
}

Object.assign(globalThis, { pay });
