// What was found out about media that is kept here.

/** One row for each root that is kept, or was about to be. */
export interface MediaFacts {
  /** Media that is kept, or about to be. What is known of it stays. */
  noteMedia(media: Pick<KeptMedia, 'cidKey' | 'kind' | 'sizeBytes'>): Promise<void>;
  /** What was found out. Does nothing where the media has gone meanwhile. */
  measureMedia(cidKey: string, measured: MeasuredMedia): Promise<void>;
  /** The media goes. */
  forgetMedia(cidKey: string): Promise<void>;
  mediaFacts(cidKey: string): Promise<KeptMedia | null>;
  /** How much is kept in all; what has no known size counts as nothing. */
  mediaKept(): Promise<{ count: number; bytes: number }>;
  /** Canonical CIDs of what nobody has looked at yet. */
  unmeasuredMedia(): Promise<string[]>;
}

export interface KeptMedia {
  cidKey: string;
  /** `null`, as the size is, of what was kept before anybody measured, and is to be looked for. */
  kind: 'file' | 'directory' | null;
  sizeBytes: number | null;
  /** `null` until it is measured. */
  measured: MeasuredMedia | null;
}

export interface MeasuredMedia {
  measuredAtSec: number;
  /** What plays; `null` where that is no video, or could not be found out. */
  video: MeasuredVideo | null;
  /** Of a packaged video. */
  packaging: MeasuredPackaging | null;
}

export interface MeasuredPackaging {
  isProtected: boolean;
  previewSec: number;
  units: number;
  /** Those that have a key: not what is all preview. `null` where it was measured before this was asked. */
  soldUnits: number | null;
  /** A picture of it is at `poster.jpg`. */
  hasPoster: boolean;
  /** Languages of its captions. */
  captions: string[];
}

export interface MeasuredVideo {
  durationSec: number;
  /** As it is seen. */
  width: number;
  height: number;
  /** As in CODECS of a playlist. */
  codecs: string[];
}
