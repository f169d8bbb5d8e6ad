// What this host has seen of streams, its own looks at them and proofs that viewers have filed.

/** One stream. Hex in lower case. */
export interface StreamKey {
  contract: string;
  contentId: string;
  provider: string;
}

/**
 * `ok`: what could be looked at is right. `wrong`: something is not what the CID or the chain says. `silent`: it does not serve.
 * `unchecked`: nothing could be compared.
 */
export const PROBE_STATES = ['ok', 'wrong', 'silent', 'unchecked'] as const;
export type ProbeState = (typeof PROBE_STATES)[number];

/** The last look at a stream. */
export interface StreamProbe extends StreamKey {
  cidKey: string;
  /** Which was looked at: a stream that has moved since was not looked at. */
  url: string;
  state: ProbeState;
  /** Stable code of what was found; `null` where all is right. */
  reason: string | null;
  /** Of its first answer; `null` without one. */
  latencyMs: number | null;
  checkedAtSec: number;
  /** When it is to be looked at again. */
  nextAtSec: number;
}

/** A receipt that the provider has signed, with the key that it was signed for and that is not the CID's. */
export interface StreamProof extends StreamKey {
  unit: number;
  cidKey: string;
  /** 0x and hex. */
  key: string;
  payment: string;
  payer: string;
  issuedAtSec: number;
  signature: string;
  /** When it was filed here. */
  filedAtSec: number;
}

/** Probes are overwritten and forgotten; what is proven stays. */
export interface StreamHealths {
  /** Takes the place of the last look at the same stream. */
  noteProbe(probe: StreamProbe): Promise<void>;
  probeOf(stream: StreamKey): Promise<StreamProbe | null>;
  /** Forgets looks from before, of streams that ended or while nobody looks. */
  forgetProbes(beforeSec: number): Promise<void>;
  /** How many streams the last look found in each state. */
  countProbes(): Promise<Record<ProbeState, number>>;
  /** One a unit, {@link MAX_PROOFS} a stream. @returns false where that unit's is here, or no more are kept */
  noteProof(proof: StreamProof): Promise<boolean>;
  /** The one that was filed last. */
  lastProof(stream: StreamKey): Promise<StreamProof | null>;
  /** How many streams anything is proven of. */
  countProven(): Promise<number>;
  /** Streams of a canonical CID that anything is proven of, or that the last look found silent or wrong. */
  faultyStreams(cidKey: string, limit: number): Promise<StreamKey[]>;
}

/** A provider could sign as many as it likes. */
export const MAX_PROOFS = 16;
