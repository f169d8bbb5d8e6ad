// Videos that are packaged before they can be published, and the secrets of what came of it: no chain gives them back.

export type PackagingState = 'queued' | 'packaging' | 'packaged' | 'failed';

/** Files that are kept as they are don't wait for those that are packaged. */
export type PackagingLane = 'packaged' | 'kept';

/**
 * The queue of uploads to be packaged, and of files that came in pieces and are kept as they are. Its uploads take up room among the staged ones and are never due while they are
 * in it. Each change of state is told by the feed.
 */
export interface Packagings {
  /**
   * The file is on the disk: an upload that was received waits for its turn.
   * @returns false, and nothing is recorded, when the upload is no longer known.
   */
  queuePackaging(packaging: NewPackaging, file: { sizeBytes: number; nowSec: number }): Promise<boolean>;
  /**
   * The first that is neither packaged nor failed.
   * @param lane `kept`: of those whose file is kept as it is; by default of the others.
   */
  nextPackaging(lane?: PackagingLane): Promise<DuePackaging | null>;
  packaging(id: string): Promise<Packaging | null>;
  /** Those of a wallet, in lower case, that are not packaged: the latest hundred, oldest first. */
  packagingsOf(owner: string): Promise<Packaging[]>;
  /** Ids of those whose file is needed. */
  unpackaged(): Promise<string[]>;
  /** Its turn has come, once more. */
  beginPackaging(id: string): Promise<void>;
  /** How far it is: 0 to 1. */
  notePackaged(id: string, progress: number): Promise<void>;
  /**
   * Storage keeps what it was packaged as: the upload is staged as other uploads are, and its secret kept for ever.
   * @returns false when the upload is no longer known.
   */
  stagePackaged(
    id: string,
    packaged: Packaged & { cidKey: string; secret: SealedSecret | null },
    times: { nowSec: number; expiresAtSec: number },
  ): Promise<boolean>;
  /** Nothing is left to do. */
  endPackaging(id: string, nowSec: number): Promise<void>;
  /** What storage may have kept of it is due to be removed. Does nothing to what is packaged. */
  failPackaging(id: string, problem: PackagingProblem, nowSec: number): Promise<void>;
  /** Forgets what ended before. */
  forgetPackagings(endedBeforeSec: number): Promise<void>;
  /** What all keys of a content come from, as its creator, in any case, has had it packaged. */
  contentSecret(cidKey: string, owner: string): Promise<SealedSecret | null>;
  /** Whether somebody else, in any case, than this wallet has the secret of a content. */
  isSecretOfAnother(cidKey: string, owner: string): Promise<boolean>;
  /**
   * A secret that its creator, in any case, brings. What is here stays as it is.
   * @returns false, and keeps nothing, where it is of another.
   */
  bringSecret(cidKey: string, owner: string, secret: SealedSecret): Promise<boolean>;
  /** Ids of the keys under which secrets are sealed. */
  sealedUnder(): Promise<string[]>;
  /**
   * Seals anew all that is sealed under the key `kid`, or nothing where one of them can't be.
   * @returns how many they were.
   */
  resealSecrets(
    kid: string,
    reseal: (
      secret: SealedSecret,
      of: { upload: string } | { cidKey: string; owner: string },
    ) => SealedSecret,
  ): Promise<number>;
}

/** What is chosen by, of a text that goes with a video. */
export interface KeptTrack {
  language: string;
  label: string;
}

export interface KeptCaptions extends KeptTrack {
  /** WebVTT. */
  text: string;
}

/** Sealed text, and the id of the key that opens it. */
export interface SealedSecret {
  sealed: string;
  kid: string;
}

export interface NewPackaging {
  /** Of the upload. */
  id: string;
  /** The creator; any case. */
  owner: string;
  videoName: string;
  /** What is to be published, in JSON. */
  offer: string;
  /** This host is to serve it. */
  serve: boolean;
  /** The IP address that it came from, for which gas is counted. */
  client: string;
  previewSec: number;
  /** `null` for what is free, and packaged clear. */
  secret: SealedSecret | null;
  /** A picture in JPEG. */
  poster: Uint8Array | null;
  captions?: readonly KeptCaptions[];
  /** The storage where the file is kept as it is; by default it is packaged. */
  keptIn?: string | null;
}

/** What storage keeps of an upload. */
export interface Packaged {
  cid: string;
  sizeBytes: number;
  /** Where anybody can read it on a chain. */
  web3Url?: string;
}

/** With all that is needed to package it. */
export interface DuePackaging extends Packaging, Pick<NewPackaging, 'secret' | 'poster'> {
  captions: readonly KeptCaptions[];
}

export interface Packaging extends Omit<NewPackaging, 'secret' | 'poster' | 'captions' | 'keptIn'> {
  captions: readonly KeptTrack[];
  /** `null`: it is packaged. */
  keptIn: string | null;
  state: PackagingState;
  /** How often its turn has come. */
  attempts: number;
  /** 0 to 1. */
  progress: number;
  /** What it was packaged as. */
  packaged: Packaged | null;
  problem: PackagingProblem | null;
  /** Of what waits for its publication; `null` where it does not (any more). */
  expiresAtSec: number | null;
}

/** Why it is not packaged. */
export interface PackagingProblem {
  code: string;
  detail: string;
}

/** What anybody is told of it: not what it was packaged as, which is its creator's to publish. */
export interface UploadProgress {
  id: string;
  state: PackagingState;
  progress: number;
}
