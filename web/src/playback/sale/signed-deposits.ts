import { DepositUnderWay } from '../../contract/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { createStoredValue } from '../../lib/store.ts';
import { codeIn, patientFetch } from './patient-fetch.ts';

/** As the host is sent it. */
interface SignedDeposit {
  viewer: string;
  amount: string;
  valid_before: string;
  signature?: string;
}

/** By deployment, parties and coin: a reload does not forget it. */
const KEPT = createStoredValue<Readonly<Record<string, string>>>('signed-deposits', {});
/** For clocks that differ. */
const MARGIN_SEC = 60;

/**
 * Deposits that a wallet has signed for a host to send. What became of the last one may be unknown: it is sent again
 * then, and nothing else is signed or sent before that is known, for it could be a second deposit.
 * @param place of the deposits: deployment, provider and coin
 */
export function signedDeposits(
  host: string,
  place: string,
  { kept = KEPT, ...pace }: { kept?: typeof KEPT; pauseMs?: number; timeoutMs?: number } = {},
) {
  const url = `${host}/channels`;
  const keyOf = (viewer: string) => `${place} ${viewer}`.toLowerCase();
  const keep = (viewer: string, body: string) => kept.set({ ...kept.get(), [keyOf(viewer)]: body });
  const forget = (viewer: string) => {
    const { [keyOf(viewer)]: _, ...rest } = kept.get();
    kept.set(rest);
  };
  return {
    /** Sends what is signed; a deposit is kept before, and until it is known what became of it. */
    async fetch(to: string, init: RequestInit = {}): Promise<Response> {
      const body = String(init.body);
      const signed = parseJson(body) as SignedDeposit | undefined;
      if (to !== url || !signed?.signature) return await patientFetch(to, init, pace);
      keep(signed.viewer, body);
      let isUnknown = false;
      const onUnknown = () => {
        isUnknown = true;
      };
      const answer = await patientFetch(to, init, { ...pace, onUnknown });
      if (!isUnknown || (await isOver(answer, signed))) forget(signed.viewer);
      return answer;
    },
    /**
     * What became of the one before.
     * @returns the base units that it has put aside; `null` where there is none, or it has not and never will
     * @throws {DepositUnderWay}
     */
    async last(viewer: string): Promise<bigint | null> {
      const body = kept.get()[keyOf(viewer)];
      if (body === undefined) return null;
      const signed = JSON.parse(body) as SignedDeposit;
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      const answer = await patientFetch(url, init, { ...pace, isSent: true }).catch((cause: unknown) => {
        throw new DepositUnderWay('The host does not answer.', { cause });
      });
      if (!(await isOver(answer, signed))) throw new DepositUnderWay('The host does not know yet.');
      forget(viewer);
      return answer.ok ? BigInt(signed.amount) : null;
    },
  };
}

/** Whether nothing more can become of it. */
async function isOver(answer: Response, { valid_before }: SignedDeposit): Promise<boolean> {
  const code = await codeIn(answer);
  const isLate = Date.now() / 1000 > Number(valid_before) + MARGIN_SEC;
  return answer.ok || code === 'nonce_used' || (code === 'signature_expired' && isLate);
}
