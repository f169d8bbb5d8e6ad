import { expect } from 'chai';
import { pino } from 'pino';
import { prettyLine } from '../../../indexer/compose/log.ts';

describe('prettyLine()', () => {
  function lineOf(write: (log: pino.Logger) => void): string {
    const lines: string[] = [];
    write(pino({ level: 'debug', base: null }, { write: (line) => void lines.push(line) }));
    expect(lines).to.have.length(1);
    return prettyLine(JSON.parse(lines[0] ?? ''));
  }
  const TIME = /^\d\d:\d\d:\d\d /;

  it('tells an event in words, with its facts', () => {
    const line = lineOf((log) => log.warn({ block: 7, cid: 'bafy', sold: true }, 'a file is away'));
    expect(line).to.match(TIME);
    expect(line.replace(TIME, '')).to.equal('warn  a file is away block=7 cid=bafy sold=true');
  });

  it('tells a request by its method, path, status and time', () => {
    const facts = {
      request_id: 'x',
      method: 'GET',
      path: '/streams',
      route: '/streams',
      status: 200,
      ms: 1.5,
    };
    expect(lineOf((log) => log.info(facts, 'request')).replace(TIME, '')).to.equal(
      'info  GET /streams 200 1.5 ms',
    );
  });

  it('tells what went wrong and where in the same line', () => {
    const line = lineOf((log) => log.error({ err: new TypeError('no\nsuch thing') }, 'request failed'));
    expect(line.replace(TIME, '')).to.match(
      /^error request failed \(TypeError: no such thing at .*log\.test\.ts:\d+:\d+\)*$/,
    );
  });

  it('hands no escape sequence on to the terminal', () => {
    expect(lineOf((log) => log.info({ name: '\u001b[2J\r\nfaked' }, 'named'))).to.match(
      / named name= \[2J faked$/,
    );
  });
});
