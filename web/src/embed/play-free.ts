import Hls from 'hls.js/light';
import { keyLoader } from '../../../client/hls/loaders.ts';
import type { FreePart, PlayEvents } from './phases.ts';

/** Of what a person may never watch little is fetched. */
const BUFFER_SEC = 20;

/** Plays what is free of a video, and asks nobody for a key: here nothing is sold. */
export async function playFree(
  video: HTMLVideoElement,
  { form, source = '' }: DOMStringMap,
  { onCut, onFailed }: PlayEvents,
): Promise<FreePart> {
  if (form === 'file' || !Hls.isSupported()) {
    let isOver = false;
    video.addEventListener('error', () => {
      isOver = video.currentTime > 0;
      isOver ? onCut() : onFailed();
    });
    video.src = form === 'file' ? source : `${source}/master.m3u8`;
    return { isCut: () => isOver };
  }
  const hls = new Hls({ maxBufferLength: BUFFER_SEC, maxMaxBufferLength: BUFFER_SEC, enableWorker: false });
  // hls.js takes this one for keys alone; playlists and segments keep their own.
  const { loader } = hls.config;
  hls.config.pLoader = loader as NonNullable<typeof hls.config.pLoader>;
  hls.config.fLoader = loader as NonNullable<typeof hls.config.fLoader>;
  hls.config.loader = keyLoader(() => Promise.reject(new Error('Nothing is sold in an embed.')));
  let isCut = false;
  hls.on(Hls.Events.ERROR, (_, { details, fatal }) => {
    if (details === Hls.ErrorDetails.KEY_LOAD_ERROR) {
      isCut = true;
      hls.stopLoad();
      onCut();
    } else if (fatal) onFailed();
  });
  // Who goes back may play on from what is free.
  video.addEventListener('seeking', () => {
    if (!isCut) return;
    isCut = false;
    hls.startLoad(video.currentTime);
  });
  void addCaptions(video, source).catch(() => undefined); // it plays without any
  hls.attachMedia(video);
  hls.loadSource(new URL(`${source}/master.m3u8`, location.href).href);
  await new Promise<void>((resolve, reject) => {
    hls.once(Hls.Events.MANIFEST_PARSED, () => resolve());
    hls.once(Hls.Events.ERROR, (_, { fatal }) => fatal && reject(new Error('It does not open.')));
  });
  return { isCut: () => isCut };
}

/** The browser's own menu shows them: it loads those that are chosen there. */
async function addCaptions(video: HTMLVideoElement, source: string): Promise<void> {
  const content = await (await fetch(`${source}/content.json`)).json();
  for (const { path, language, label } of content.captions ?? []) {
    const track = document.createElement('track');
    Object.assign(track, { kind: 'captions', srclang: language, label, src: `${source}/${path}` });
    video.append(track);
  }
}
