import { setTimeout as delay } from 'node:timers/promises';
import { type JsonRpcPayload, JsonRpcProvider, type JsonRpcResult } from 'ethers';

const LOST = ['ECONNRESET', 'EPIPE'];
const PAUSES_MS = [50, 500];

/**
 * Sends a request again when its connection was lost: a busy node may close one that it takes for idle just when it
 * is used. Safe for every call, since a signed transaction that is sent twice is mined once.
 */
export class SteadyProvider extends JsonRpcProvider {
  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await super._send(payload);
      } catch (error) {
        if (!LOST.includes(String((error as { code?: unknown }).code))) throw error;
        await delay(pauseMs);
      }
    }
    return super._send(payload);
  }
}
