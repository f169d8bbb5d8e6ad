import type { BaseLogger } from 'pino';
import { SingleFlight } from '../../lib/tasks.ts';
import type { Claiming } from './claiming.ts';
import type { DueVouchers } from './due-vouchers.ts';

interface Deps {
  claiming: Pick<Claiming, 'due' | 'run'>;
  log: Pick<BaseLogger, 'warn'>;
  /** Aborts when the host begins to stop. */
  signal: AbortSignal;
}

/** Claims all that can be claimed at the provider's wish, whatever the gas comes to. */
export class ClaimNow {
  readonly #deps: Deps;
  readonly #runs = new SingleFlight<void>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What is claimed by {@link begin}, and what waits all the same. Sends nothing. @throws the node's errors */
  async due(): Promise<DueVouchers> {
    return await this.#deps.claiming.due(true);
  }

  /** Begins to claim, where it is not under way; what fails the regular job tries again. */
  begin(): void {
    const { claiming, log, signal } = this.#deps;
    void this.#runs.run('', async () => {
      try {
        if (!signal.aborted) await claiming.run(true);
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'vouchers could not be claimed as asked, trying again');
      }
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#runs.idle();
  }
}
