// A page with nothing but a player that pays: what the client library does in a browser.
import { JsonRpcProvider, Wallet } from 'ethers';
import Hls from 'hls.js/light';
import { type PlayerSession, player } from '../../../client/hls/player.ts';
import {
  browserStorage,
  type Channel,
  type ClientError,
  openChannel,
  openVideo,
  resume,
  type Video,
} from '../../../client/index.ts';

/** What the test says, in the address: amounts in decimal text. */
interface Setting {
  parties: { chainId: number; contract: string; provider: string; token: string };
  video: { cid: string; contentId: string; playUrl: string; unitPrice: string };
  host: string;
  rpcUrl: string;
  /** A public test key. */
  walletKey: string;
}

const setting = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Setting;
const storage = browserStorage();
const wallet = new Wallet(
  setting.walletKey,
  new JsonRpcProvider(setting.rpcUrl, undefined, { cacheTimeout: -1 }),
);
const options = { ...setting.parties, storage, facts: { host: setting.host } };
const media = element('video', HTMLVideoElement);
const slider = element('input', HTMLInputElement);
const hls = new Hls();

/** What the test looks at. */
const state = {
  video: null as Video | null,
  channel: null as Channel | null,
  session: null as PlayerSession | null,
  stops: [] as string[],
  errors: [] as string[],
  hls,
  media,
  open: async (deposit: string) => {
    state.channel = await openChannel({ ...options, wallet, deposit: BigInt(deposit) });
    state.video?.payFrom(state.channel);
  },
  unlock: async () => await state.video?.unlock(wallet),
  spent: async () => String((await state.channel?.balance())?.spent ?? 0n),
};
Object.assign(window, { state });

hls.on(Hls.Events.ERROR, (_, { details, error }) => state.errors.push(`${details}: ${error.message}`));
hls.attachMedia(media);
slider.addEventListener('input', () => {
  media.currentTime = Number(slider.value);
});
element('#play', HTMLButtonElement).addEventListener('click', () => {
  state.session?.allowPaying();
  state.session?.goOn();
  void media.play();
});
element('#pause', HTMLButtonElement).addEventListener('click', () => media.pause());
await begin();

async function begin(): Promise<void> {
  state.channel = await resume(options);
  const { unitPrice, ...of } = setting.video;
  state.video = await openVideo({ ...options, ...of, unitPrice: BigInt(unitPrice), channel: state.channel });
  slider.max = String(state.video.content.durationSec);
  const onStop = ({ code }: ClientError) => state.stops.push(code);
  state.session = player(hls, state.video, { onStop });
  try {
    // Nobody has done anything yet.
    state.session.allowPaying();
  } catch (error) {
    state.stops.push((error as ClientError).code);
  }
  // Looked for, a page would count as one in which a person does something.
  console.info('ready');
}

function element<T extends Element>(selector: string, type: abstract new () => T): T {
  const found = document.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`There is no ${selector}.`);
}
