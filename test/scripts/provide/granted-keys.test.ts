import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { CliError } from '../../../scripts/lib/cli.ts';
import { grantedSecret, type KeyRequestNews } from '../../../scripts/lib/provide/granted-keys.ts';
import type { ScriptContext } from '../../../scripts/lib/script-context.ts';
import { rejected } from '../../rejection.ts';

describe('waiting for the keys of a protected video', () => {
  it('ends with the reason once the host refuses them for good, and not where it is away', async () => {
    const noted: unknown[] = [];
    const answers: ((res: ServerResponse) => void)[] = [
      refusing(403, 'key_not_granted', { asked_until_sec: 1_800_000_000 }),
      (res) => void res.destroy(),
      refusing(502, ''),
      refusing(451, 'taken_down'),
    ];
    const server = createServer((_, res) => answers.shift()?.(res));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const wallet = Wallet.createRandom();
    const lacking = {
      ...{ cid: 'bafkqaaa', contentId: `0x${'22'.repeat(32)}`, contract: `0x${'11'.repeat(20)}` },
      ...{ creator: wallet.address, provider: wallet.address },
    };
    const asking = {
      from,
      grantFile: null,
      waits: true,
      signal: new AbortController().signal,
      print: () => undefined,
      note: async ({ state, until_sec }: KeyRequestNews) => void noted.push([state, until_sec]),
    };
    const config = { privateKey: wallet.privateKey };
    const context = { chainId: 1, config, provider: null } as unknown as ScriptContext;
    try {
      const { message } = await rejected(
        grantedSecret(context, lacking, { ...asking, firstWaitSec: 0.01 }),
        CliError,
      );
      expect(message).to.contain('It was taken down.');
      expect(answers).to.have.length(0);
      expect(noted, 'while it is away, nothing is new').to.deep.equal([['waiting', 1_800_000_000]]);
    } finally {
      server.close();
    }
  });
});

function refusing(status: number, code: string, more: object = {}) {
  return (res: ServerResponse) =>
    void res
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.01' })
      .end(JSON.stringify({ code, detail: 'It was taken down.', ...more }));
}
