/** As much of a Media Source as tells what it plays. */
interface Source {
  isTypeSupported(type: string): boolean;
}

/**
 * Whether this browser plays any of these.
 * @param codecs of each rendition, as in `CODECS` of a playlist: `avc1.64001f,mp4a.40.2`
 */
export function playsAny(codecs: readonly string[]): boolean {
  return codecs.length === 0 || codecs.some((each) => plays(`video/mp4; codecs="${each}"`));
}

function plays(type: string): boolean {
  const { ManagedMediaSource, MediaSource } = globalThis as {
    ManagedMediaSource?: Source;
    MediaSource?: Source;
  };
  const source = ManagedMediaSource ?? MediaSource;
  if (source) return source.isTypeSupported(type);
  // It plays HLS by itself.
  return document.createElement('video').canPlayType(type) !== '';
}
