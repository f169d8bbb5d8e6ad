import type Database from 'better-sqlite3';
import {
  MAX_PROOFS,
  PROBE_STATES,
  type ProbeState,
  type StreamHealths,
  type StreamKey,
  type StreamProbe,
  type StreamProof,
} from '../../book/stream-health.ts';
import { transactional } from '../transactional.ts';

const KEY = 'contract = @contract AND content_id = @contentId AND provider = @provider';
const STREAM = 'contract, content_id AS contentId, provider';

export function streamHealths(db: Database.Database): StreamHealths {
  const probe = db.prepare<StreamProbe>(`
    INSERT INTO stream_probes
      (contract, content_id, provider, cid_key, url, state, reason, latency_ms, checked_at, next_at)
    VALUES (@contract, @contentId, @provider, @cidKey, @url, @state, @reason, @latencyMs, @checkedAtSec, @nextAtSec)
    ON CONFLICT DO UPDATE SET url = excluded.url, state = excluded.state, reason = excluded.reason,
      latency_ms = excluded.latency_ms, checked_at = excluded.checked_at, next_at = excluded.next_at`);
  const probed = db.prepare<[StreamKey], StreamProbe>(`
    SELECT ${STREAM}, cid_key AS cidKey, url, state, reason, latency_ms AS latencyMs,
      checked_at AS checkedAtSec, next_at AS nextAtSec
    FROM stream_probes WHERE ${KEY}`);
  const forget = db.prepare<[number]>('DELETE FROM stream_probes WHERE checked_at < ?');
  const counted = db.prepare<[], { state: ProbeState; count: number }>(
    'SELECT state, count(*) AS count FROM stream_probes GROUP BY state',
  );
  const prove = db.prepare<StreamProof>(`
    INSERT INTO stream_proofs
      (contract, content_id, provider, unit, cid_key, key, payment, payer, issued_at, signature, filed_at)
    VALUES
      (@contract, @contentId, @provider, @unit, @cidKey, @key, @payment, @payer, @issuedAtSec, @signature, @filedAtSec)
    ON CONFLICT DO NOTHING`);
  const proofs = db.prepare<[StreamKey], number>(`SELECT count(*) FROM stream_proofs WHERE ${KEY}`).pluck();
  const lastProof = db.prepare<[StreamKey], StreamProof>(`
    SELECT ${STREAM}, unit, cid_key AS cidKey, key, payment, payer, issued_at AS issuedAtSec, signature,
      filed_at AS filedAtSec
    FROM stream_proofs WHERE ${KEY} ORDER BY filed_at DESC, unit DESC LIMIT 1`);
  const proven = db
    .prepare<[], number>(
      'SELECT count(*) FROM (SELECT DISTINCT contract, content_id, provider FROM stream_proofs)',
    )
    .pluck();
  const faulty = db.prepare<[{ cidKey: string; limit: number }], StreamKey>(`
    SELECT ${STREAM} FROM stream_proofs WHERE cid_key = @cidKey
    UNION SELECT ${STREAM} FROM stream_probes WHERE cid_key = @cidKey AND state IN ('silent', 'wrong')
    LIMIT @limit`);

  return {
    noteProbe: async (found) => void probe.run({ ...found, ...keyOf(found) }),
    probeOf: async (stream) => probed.get(keyOf(stream)) ?? null,
    forgetProbes: async (beforeSec) => void forget.run(beforeSec),
    async countProbes() {
      const none = Object.fromEntries(PROBE_STATES.map((state) => [state, 0]));
      const found = Object.fromEntries(counted.all().map(({ state, count }) => [state, count]));
      return { ...none, ...found } as Record<ProbeState, number>;
    },
    noteProof: transactional(db, (proof) => {
      const key = keyOf(proof);
      return (proofs.get(key) ?? 0) < MAX_PROOFS && prove.run({ ...proof, ...key }).changes > 0;
    }),
    lastProof: async (stream) => lastProof.get(keyOf(stream)) ?? null,
    countProven: async () => proven.get() ?? 0,
    faultyStreams: async (cidKey, limit) => faulty.all({ cidKey, limit }),
  };
}

function keyOf({ contract, contentId, provider }: StreamKey): StreamKey {
  return {
    contract: contract.toLowerCase(),
    contentId: contentId.toLowerCase(),
    provider: provider.toLowerCase(),
  };
}
