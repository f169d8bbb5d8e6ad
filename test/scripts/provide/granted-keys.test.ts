import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { CliError } from '../../../scripts/lib/cli.ts';
import { grantedSecret, type KeyRequestNews } from '../../../scripts/lib/provide/granted-keys.ts';
import type { ScriptContext } from '../../../scripts/lib/script-context.ts';
import { rejected } from '../../rejection.ts';

describe('waiting for the keys of a protected video', () => {
  it('ends with the reason once the host refuses them for good, and not where it is away', async () => {
    const noted: unknown[] = [];
    using host = await hostOf(
      refusing(403, 'key_not_granted', { asked_until_sec: 1_800_000_000 }),
      (res) => void res.destroy(),
      refusing(502, ''),
      refusing(451, 'taken_down'),
    );
    const note = ({ state, until_sec }: KeyRequestNews) => void noted.push([state, until_sec]);
    const { message } = await rejected(host.ask(`http://127.0.0.1:${host.port}`, note), CliError);
    expect(message).to.contain('It was taken down.');
    expect(host.left).to.have.length(0);
    expect(noted, 'while it is away, nothing is new').to.deep.equal([['waiting', 1_800_000_000]]);
  });

  it('asks under the name that the host has on this machine', async () => {
    for (const name of ['127.0.0.1', '[::1]']) {
      using host = await hostOf(
        (res) => refusing(400, 'audience_differs', { example: `http://${name}:${host.port}` })(res),
        refusing(451, 'taken_down'),
      );
      await rejected(host.ask(`http://localhost:${host.port}`), CliError);
      const audiences = host.asked.map(({ audience }) => audience);
      expect(audiences).to.deep.equal([`http://localhost:${host.port}`, `http://${name}:${host.port}`]);
    }
  });

  it('signs nothing for another port or machine, and changes the name once', async () => {
    const differs = (example: string) => refusing(400, 'audience_differs', { example });
    for (const example of ['http://127.0.0.1:1', 'http://elsewhere.example']) {
      using host = await hostOf(differs(example), refusing(451, 'taken_down'));
      await rejected(host.ask(`http://localhost:${host.port}`), CliError);
      expect(host.asked, example).to.have.length(1);
    }
    using host = await hostOf(
      (res) => differs(`http://127.0.0.1:${host.port}`)(res),
      (res) => differs(`http://localhost:${host.port}`)(res),
    );
    await rejected(host.ask(`http://localhost:${host.port}`), CliError);
    expect(host.asked).to.have.length(2);
  });
});

/** A host that answers one request after the other so, and what it is asked. */
async function hostOf(...answers: ((res: ServerResponse) => void)[]) {
  const asked: { audience: string }[] = [];
  const server = createServer(async (req, res) => {
    asked.push((await json(req)) as { audience: string });
    answers.shift()?.(res);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const wallet = Wallet.createRandom();
  const lacking = {
    ...{ cid: 'bafkqaaa', contentId: `0x${'22'.repeat(32)}`, contract: `0x${'11'.repeat(20)}` },
    ...{ creator: wallet.address, provider: wallet.address },
  };
  const context = {
    chainId: 1,
    config: { privateKey: wallet.privateKey },
    provider: null,
  } as unknown as ScriptContext;
  return {
    port,
    asked,
    left: answers,
    /** Asks it for the keys. */
    ask: (from: string, note: (news: KeyRequestNews) => void = () => undefined) =>
      grantedSecret(context, lacking, {
        ...{ from, grantFile: null, waits: true, firstWaitSec: 0.01 },
        signal: new AbortController().signal,
        print: () => undefined,
        note: async (news) => note(news),
      }),
    [Symbol.dispose]: () => void server.close(),
  };
}

function refusing(status: number, code: string, more: object = {}) {
  return (res: ServerResponse) =>
    void res
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.01' })
      .end(JSON.stringify({ code, detail: 'It was taken down.', ...more }));
}
