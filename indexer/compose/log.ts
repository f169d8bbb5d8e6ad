import { type Logger, levels, pino } from 'pino';
import { LOG_TO } from '../http/middleware/request-log.ts';

export interface HostLog {
  log: Logger;
  /** Writes what is still in memory. */
  flush(): void;
}

/** A line per event on stderr: for a person where that is a terminal, else JSON, many lines at a time. */
export function openLog(level: string): HostLog {
  if (process.stderr.isTTY) {
    const write = (json: string) => void process.stderr.write(`${prettyLine(JSON.parse(json))}\n`);
    return { log: pino({ level, base: null }, { write }), flush: () => undefined };
  }
  const destination = pino.destination(LOG_TO);
  return { log: pino({ level }, destination), flush: () => destination.flushSync() };
}

type Facts = Readonly<Record<string, unknown>>;

/** `12:00:00 warn  message key=value`; a request is told by its method, path, status and time. */
export function prettyLine({
  level,
  time,
  msg,
  err,
  ...facts
}: Facts & { level: number; time: number }): string {
  const clock = new Date(time).toTimeString().slice(0, 8);
  const { method, path, status, ms } = facts;
  const what =
    msg === 'request' ? [method, path, status, `${ms} ms`] : [msg, ...Object.entries(facts).map(fact)];
  const line = [clock, levels.labels[level]?.padEnd(5), ...what, ...(err ? [reason(err as Facts)] : [])];
  // What comes from outside neither begins another line nor steers the terminal.
  return line.join(' ').replaceAll(/\p{Cc}+/gu, ' ');
}

function fact([name, value]: [string, unknown]): string {
  return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** What went wrong, and where. */
function reason({ type, message, stack }: Facts): string {
  const [where = ''] = /\bat .*/.exec(String(stack).slice(String(message).length)) ?? [];
  return `(${type}: ${message} ${where})`;
}
