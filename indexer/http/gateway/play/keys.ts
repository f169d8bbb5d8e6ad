import { createHash } from 'node:crypto';
import express, { type Request, type Response } from 'express';
import { canonicalCid } from '../../../lib/cid.ts';
import type { Bought, KeyGate } from '../../../playback/keys/key-gate.ts';
import type { KeyMedia } from '../../../playback/keys/key-offers.ts';
import type { Context } from '../../context.ts';
import { problem } from '../../problems/codes.ts';
import { plainRoute, type Route, route } from '../../routing/route.ts';
import { cidParams } from '../../schemas/contents.ts';
import { keysAnswer, keysBody } from '../../schemas/play/keys.ts';
import { readVoucher, type VoucherField } from '../../schemas/play/vouchers.ts';
import { missing, noCid } from '../refusals.ts';
import { createBadSignatures } from './bad-signatures.ts';
import { documentedKey, KEY_PATHS } from './key-docs.ts';
import { paymentResponse, readPayment } from './payment-header.ts';
import { type PlayParams, tokenOf } from './token.ts';

const UNIT = /^(0|[1-9]\d{0,4})$/;

interface KeyParts {
  keys: KeyGate;
  /** @throws {NotOffered}, {MirrorBehind} */
  mediaOf(cid: string): Promise<KeyMedia | null>;
}

type Params = PlayParams & { unit: string };

/** `GET` and `HEAD /play/{cid}/keys/{unit}`, also behind a token, and `POST /play/{cid}/keys`. */
export function keyRoutes(parts: KeyParts, context: Context): Route[] {
  const guarded = createBadSignatures(context.counters);
  const one = express
    .Router()
    .get(['/play/~:token/:cid/keys/:unit', '/play/:cid/keys/:unit'], (req: Request<Params>, res) =>
      guarded(req, () => sendKey(req, res, parts, context)),
    );
  return [
    ...(['head', 'get'] as const).flatMap((method) =>
      KEY_PATHS.map((path) => plainRoute(documentedKey(method, path), one)),
    ),
    many(parts, context, guarded),
  ];
}

async function sendKey(req: Request<Params>, res: Response, parts: KeyParts, context: Context) {
  const { cid: text, unit: unitText } = req.params;
  const cid = canonicalCid(text);
  if (cid === null) throw noCid(text);
  res.vary('Authorization, PAYMENT-SIGNATURE');
  const unit = UNIT.test(unitText) ? Number(unitText) : -1;
  const media = await parts.mediaOf(cid);
  if (!media?.hashes[unit])
    throw missing(req, `${cid} has no key of a unit ${unitText.slice(0, 20)} here.`, 'unit');
  const isDry = req.method === 'HEAD';
  const payment = isDry ? undefined : req.get('PAYMENT-SIGNATURE');
  const key =
    payment === undefined
      ? await parts.keys.open(media, unit, { token: tokenOf(req), isDry })
      : await bought(req, res, { media, unit, payment }, parts, context);
  res.set({
    'Cache-Control': 'private, no-store',
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(key.length),
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(isDry ? undefined : key);
}

async function bought(
  req: Request,
  res: Response,
  { media, unit, payment }: { media: KeyMedia; unit: number; payment: string },
  { keys }: KeyParts,
  context: Context,
): Promise<Buffer> {
  const { chainId, contract } = context.chain;
  const read = readPayment(payment, { chainId });
  const sale = await keys.buy(media, shown(read, read.contract ?? contract), [unit]);
  const [opened] = sale.units;
  const [key] = sale.keys;
  if (opened === undefined || key === undefined) throw new RangeError(`unit ${unit} has no key`);
  const { channelId, epoch, seq, digest } = sale.voucher;
  const { contentId } = sale.offer.content;
  const info = {
    ...{ channelId, epoch, seq, digest, opened: [unit], openUntilSec: opened.untilSec },
    credit: { [contentId]: String(sale.credit) },
    receipt: wantsReceipt(req) ? await receiptOf(sale, unit, key, context) : null,
  };
  const response = {
    ...{ success: true, transaction: '', network: `eip155:${chainId}`, payer: sale.wallet },
    amount: String(sale.offer.terms.pricePerUnit * BigInt(sale.due)),
    extensions: { streamhost: { info } },
  };
  res.setHeader('PAYMENT-RESPONSE', paymentResponse(response));
  return key;
}

function many(
  { keys, mediaOf }: KeyParts,
  context: Context,
  guarded: ReturnType<typeof createBadSignatures>,
): Route {
  return route('post', '/play/{cid}/keys', {
    tag: 'Media',
    summary: 'Keys of units, for a voucher of a channel',
    description:
      "All units are opened, or none. The voucher lists, for each content, all units that were signed for in this epoch of the channel since the last claim; the channel's key signs it again as it grows. It is on the disk before a key leaves. What is open costs nothing; the same voucher again gets the same keys. `Prefer: receipt` asks for signed receipts.",
    params: cidParams,
    body: keysBody,
    answer: keysAnswer,
    problems: [
      ...(['not_offered', 'media_not_found', 'payment_required', 'deposit_unconfirmed'] as const),
      ...(['deposit_too_low', 'withdrawal_pending', 'price_changed', 'voucher_conflict'] as const),
      ...([
        'voucher_invalid',
        'content_retired',
        'mirror_behind',
        'streams_elsewhere',
        'taken_down',
        'rate_limited',
      ] as const),
    ],
    handle: async ({ params: { cid }, body, req }) => {
      const { units, contract = context.chain.contract } = body;
      const media = await mediaOf(cid.key);
      if (media === null) throw missing(req, `There is no protected video ${cid.text} here.`);
      const keyless = units.find((unit) => !media.hashes[unit]);
      if (keyless !== undefined) {
        const detail = `Unit ${keyless} of ${cid.text} has no key: it is all preview, or is not there.`;
        throw problem('invalid_field', detail, { field: 'units' });
      }
      const sale = await guarded(req, () => keys.buy(media, shown(body, contract), units));
      return await answerOf(sale, wantsReceipt(req), context);
    },
  });
}

async function answerOf(sale: Bought, withReceipts: boolean, context: Context) {
  const { channelId, epoch, seq, digest } = sale.voucher;
  const byUnit = <T>(of: (unit: number, at: number) => T): Record<string, T> =>
    Object.fromEntries(sale.units.map(({ unit }, at) => [String(unit), of(unit, at)]));
  const receipts = withReceipts ? await receiptsOf(sale, context) : null;
  return {
    keys: byUnit((_, at) => sale.keys[at]?.toString('base64') ?? ''),
    open_until: byUnit((_, at) => sale.units[at]?.untilSec ?? 0),
    channel: {
      ...{ channel_id: channelId, epoch, seq, digest },
      credit: { [sale.offer.content.contentId]: String(sale.credit) },
    },
    ...(receipts && { receipts }),
  };
}

/** `null` on a host that has no key to sign with for its provider. */
async function receiptsOf(sale: Bought, context: Context) {
  const signed = await Promise.all(
    sale.units.map(async ({ unit }, at) => {
      const receipt = await receiptOf(sale, unit, sale.keys[at] ?? Buffer.alloc(0), context);
      if (receipt === null) return null;
      const { contentId, keyHash, issuedAtSec, payment, payer, signature } = receipt;
      const names = { content_id: contentId, key_hash: keyHash, issued_at_sec: issuedAtSec };
      return [String(unit), { ...names, unit, payment, payer, signature }] as const;
    }),
  );
  const known = signed.filter((one) => one !== null);
  return known.length === 0 ? null : Object.fromEntries(known);
}

async function receiptOf({ offer, voucher, wallet }: Bought, unit: number, key: Buffer, context: Context) {
  const { signReceipt, nowSec } = context;
  const { contentId, contract } = offer.content;
  const keyHash = `0x${createHash('sha256').update(key).digest('hex')}`;
  const receipt = { contentId, unit, keyHash, payment: voucher.digest, payer: wallet };
  return await signReceipt({ ...receipt, issuedAtSec: nowSec() }, contract);
}

/** RFC 7240. */
function wantsReceipt(req: Request): boolean {
  return (req.get('Prefer') ?? '')
    .split(',')
    .some((preference) => preference.trim().toLowerCase() === 'receipt');
}

function shown({ voucher, signature }: { voucher: VoucherField; signature: string }, contract: string) {
  return { ...readVoucher(voucher), contract: contract.toLowerCase(), signature };
}
