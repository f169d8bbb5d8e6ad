// What scripts/launch.mjs shows of an install or a build. Plain JavaScript, no dependency, Node 18 and later.

/** Nobody is to wonder for longer than 5 s whether something is still happening. */
const EVERY_MS = { line: 4_000, redraw: 1_000 };

/**
 * Says what is being done: on a terminal in one line with the seconds it has taken, elsewhere in a line every few seconds.
 * @returns what ends it
 */
export function startProgress(what, { out = process.stderr, everyMs = EVERY_MS } = {}) {
  const beganMs = performance.now();
  const seconds = () => Math.round((performance.now() - beganMs) / 1000);
  const draw = () => out.write(out.isTTY ? `\r\x1b[K${what}: ${seconds()} s` : `${what}: ${seconds()} s\n`);
  out.write(out.isTTY ? what : `${what} ...\n`);
  const timer = setInterval(draw, out.isTTY ? everyMs.redraw : everyMs.line);
  return () => {
    clearInterval(timer);
    if (!out.isTTY) return;
    draw();
    out.write('\n');
  };
}

/** The compiler's output without its warnings of packages, which nobody here can act on. */
export function ownWarnings(text) {
  const foreign = /^Warning: .*\n *--> \S*(node_modules|@openzeppelin)\//;
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => !foreign.test(paragraph.trimStart()));
  return paragraphs.join('\n\n').trimEnd();
}
