import { Signature } from 'ethers';
import type { CallCheck } from '../../contract/calls/call-status.ts';
import { ContractRevert } from '../../contract/calls/revert.ts';
import type { TypedData } from '../../contract/calls/wallet-calls.ts';
import type { MinedCall } from '../../contract/calls/writer.ts';
import type { SignatureCheck } from '../../contract/signatures.ts';
import type { KeyedMutex } from '../../lib/locks/keyed-mutex.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { ChannelRow, Channels } from '../../store/store.ts';
import type { ViewersRelay } from '../open.ts';
import {
  type AuthorizationTerms,
  authorizationData,
  authorizationDigest,
  authorizedCall,
  type Deposit,
  freshTerms,
  nonceOf,
} from './authorization.ts';
import { channelIdOf } from './channel.ts';
import type { ChannelHead } from './channel-head.ts';
import type { DepositMinimums } from './coins.ts';
import { depositSubmission } from './deposit-submission.ts';
import { AmountTooSmall, AuthorizationRefused, ChannelNotRelayed, ChannelUndone } from './errors.ts';
import { requireMinimum } from './own-channels.ts';
import { ownWayOf } from './own-way.ts';
import { contradicted, submitForViewer } from './submit-for-viewer.ts';

type Domain = TypedData['domain'];
type Refusal = AuthorizationRefused['reason'];

/** A signature of the viewer, and where it comes from. */
export interface SignedTerms extends AuthorizationTerms {
  /** 64 or 65 bytes. */
  readonly signature: string;
  readonly clientIp: string;
}

export interface ChannelCallDeps {
  /** Whose channels these are; `null` on a host that serves for nobody. */
  providerWallet: string | null;
  minimums: DepositMinimums;
  relay: ViewersRelay;
  head: ChannelHead;
  store: Channels;
  chain: IndexedChain;
  /** Calls about one channel take turns. */
  turns: KeyedMutex;
}

export interface DepositDeps extends ChannelCallDeps {
  check: Pick<CallCheck, 'headTimeSec'>;
  checkSignature: SignatureCheck;
  /** `null` for a coin of which nothing can be signed. */
  domainOf(token: string): Promise<Domain | null>;
  nowSec(): number;
}

/** What becomes of a deposit. */
export interface Deposited {
  channel: ChannelRow;
  /** Whether this very call has opened the channel. */
  opened: boolean;
}

const MAX_AHEAD_SEC = 600;
/** One that ends sooner might be mined too late, at the operator's expense. */
const ROOM_SEC = 30;
/** Each look but the first means that the chain moved while the call was on its way. */
const MAX_LOOKS = 3;
/** The newest; a deposit that is asked for again is one of them. */
const EVENTS_LOOKED_AT = 1_000;
/** Of those that can be it, the newest: each costs a question to the chain, and whoever asks may ask again and again. */
const RECEIPTS_LOOKED_AT = 10;

/**
 * Deposits of viewers that hold a token and no coin for gas, into channels with this host's provider: the operator's
 * key brings in what the viewer has signed for the token (EIP-3009), once.
 */
export class Deposits {
  readonly minimums: DepositMinimums;
  readonly #deps: DepositDeps;

  constructor(deps: DepositDeps) {
    this.minimums = deps.minimums;
    this.#deps = deps;
  }

  /**
   * Opens the channel, or adds to it, and answers when the records show it.
   * @throws {ChannelNotRelayed}, {AmountTooSmall}, {AuthorizationRefused}, {RelayRefused}, {RelayPending},
   *   {ContractRevert}
   */
  async bringIn(deposit: Deposit, signed: SignedTerms | undefined): Promise<Deposited> {
    const domain = await this.#requireTaken(deposit);
    const refuse = (reason: Refusal) => this.#refuse(reason, deposit, domain);
    if (signed === undefined) throw await refuse('missing');
    if (signed.validBeforeSec > BigInt((await this.#nextBlockSec()) + MAX_AHEAD_SEC)) {
      throw await refuse('too long');
    }
    const signature = await this.#signatureOf(deposit, signed, domain);
    if (signature === null) throw await refuse('invalid');
    return await this.#deps.turns.run(channelIdOf(deposit.channel), () =>
      this.#once(deposit, { ...signed, signature }, refuse),
    );
  }

  async #requireTaken(deposit: Deposit): Promise<Domain> {
    const { channel } = deposit;
    const way = ownWayOf(deposit, (await this.#row(deposit)) !== null);
    const minimum = requireMinimum(this.#deps, channel, { fields: ['provider', 'token'], way });
    const domain = await this.#deps.domainOf(channel.token);
    if (domain === null) {
      const message = 'In this coin no deposit can be signed for.';
      throw new ChannelNotRelayed(message, { field: 'token', way });
    }
    if (deposit.amount < minimum) {
      const message = `This host pays the gas of deposits from ${minimum} base units on.`;
      throw new AmountTooSmall(message, { field: 'amount', minimum, way });
    }
    return domain;
  }

  /** As the contract takes it: 65 bytes. `null` where it is none of the viewer, by its key or its code. */
  async #signatureOf(deposit: Deposit, signed: SignedTerms, domain: Domain): Promise<string | null> {
    const digest = authorizationDigest(deposit, signed, domain);
    const good = await this.#deps.checkSignature(deposit.channel.viewer, digest, signed.signature);
    return good !== null && isOfKey(good) ? good : null;
  }

  async #once(
    deposit: Deposit,
    signed: SignedTerms,
    refuse: (reason: Refusal) => Promise<AuthorizationRefused>,
  ): Promise<Deposited> {
    const { head, chain } = this.#deps;
    for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
      if (await this.#isUsed(deposit, signed)) {
        const channel = await this.#madeBefore(deposit, signed);
        if (channel === null) throw await refuse('used');
        return { channel, opened: false };
      }
      const nextBlockSec = await this.#nextBlockSec();
      if (signed.validAfterSec >= BigInt(nextBlockSec)) throw await refuse('too early');
      if (signed.validBeforeSec < BigInt(nextBlockSec + ROOM_SEC)) throw await refuse('expired');
      const { isOpen } = await head.stateOf(deposit.contract, deposit.channel);
      const mined = await this.#send(deposit, signed, isOpen);
      if (mined === null) continue;
      await chain.waitFor(mined.blockNumber);
      const channel = await this.#row(deposit);
      if (channel === null) throw new ChannelUndone(channelIdOf(deposit.channel));
      return { channel, opened: !isOpen };
    }
    throw contradicted();
  }

  async #send(deposit: Deposit, signed: SignedTerms, isOpen: boolean): Promise<MinedCall | null> {
    const call = authorizedCall(deposit, signed, signed.signature, isOpen);
    const submission = depositSubmission(call, deposit.channel, signed.clientIp);
    try {
      return await submitForViewer(this.#deps.relay, submission);
    } catch (error) {
      // The token says no as well where somebody else has just brought in the same.
      if (error instanceof ContractRevert && (await this.#isUsed(deposit, signed))) return null;
      throw error;
    }
  }

  /** The channel with the deposit in it; `null` where the authorisation was used for nothing, or for something else. */
  async #madeBefore(deposit: Deposit, signed: SignedTerms): Promise<ChannelRow | null> {
    const { chain, store, head } = this.#deps;
    await catchUp(chain);
    const row = await this.#row(deposit);
    const events = row === null ? [] : await store.channelEvents(row, EVENTS_LOOKED_AT);
    const nonce = nonceOf(deposit, signed);
    const like = events.filter(
      ({ kind, payer, amount, timestampSec }) =>
        kind === 'deposited' &&
        payer === row?.viewer &&
        amount === deposit.amount &&
        timestampSec < signed.validBeforeSec,
    );
    for (const { txHash } of like.slice(0, RECEIPTS_LOOKED_AT)) {
      if (await head.isUsedBy(txHash, deposit.channel, nonce)) return row;
    }
    return null;
  }

  #isUsed(deposit: Deposit, signed: SignedTerms): Promise<boolean> {
    return this.#deps.head.isAuthorizationUsed(deposit.channel, nonceOf(deposit, signed));
  }

  #row({ contract, channel }: Deposit): Promise<ChannelRow | null> {
    return this.#deps.store.channel(contract.toLowerCase(), channelIdOf(channel));
  }

  async #nextBlockSec(): Promise<number> {
    const { nowSec, check } = this.#deps;
    return Math.max(nowSec(), await check.headTimeSec());
  }

  async #refuse(reason: Refusal, deposit: Deposit, domain: Domain): Promise<AuthorizationRefused> {
    const terms = freshTerms(await this.#nextBlockSec());
    const way = ownWayOf(deposit, (await this.#row(deposit)) !== null);
    const toSign = { typedData: authorizationData(deposit, terms, domain), terms };
    const relayed = this.#deps.relay.accepts(deposit.channel.viewer);
    return new AuthorizationRefused({ reason, toSign, way, relayed });
  }
}

/** Whether it has the three parts that a token takes, also where the account's code accepts it. */
function isOfKey(signature: string): boolean {
  try {
    return Signature.from(signature).serialized.length > 0;
  } catch {
    return false;
  }
}
