import { effects } from './effects.ts';
import type { Mutant } from './mutant.ts';

/** The contracts without one of their guards. */
/** What follows a condition that guards something. */
const CONSEQUENCE =
  /^\{?\s*(revert (?:\w+\.)?\w+|(?:row\.)?(?:reason|flaw) = RejectReason\.\w+|_skip\(.*?\))/;
const MODIFIERS = /(?:private|internal|external) nonReentrant|receiving\(token, amount\)(?= \{)/g;

/** One mutant for each guard of each contract: conditions, modifiers, and effects that guard what comes later. */
export function mutantsOf(sources: ReadonlyMap<string, string>): Mutant[] {
  const found = [...sources].flatMap(([path, source]) =>
    [...conditions(source), ...modifiers(source)].map(({ name, mutated }) => ({
      name: `${path} ${name}`,
      sources: new Map([[path, mutated]]),
    })),
  );
  return [...found, ...effects(sources)];
}

interface Change {
  name: string;
  mutated: string;
}

/** Each operand of each guarding condition, replaced by false. */
function conditions(source: string): Change[] {
  return [...source.matchAll(/\bif \(/g)].flatMap(({ index, 0: opening }) => {
    const start = index + opening.length;
    const end = closing(source, start);
    const consequence = CONSEQUENCE.exec(source.slice(end + 1).trimStart())?.[1];
    if (consequence === undefined) return [];
    return operands(source.slice(start, end)).map(({ from, text }) => ({
      name: `${lineOf(source, index)}: ${text.replaceAll(/\s+/g, ' ')} → ${consequence.replace('revert ', '')}`,
      mutated: `${source.slice(0, start + from)}false && ${source.slice(start + from)}`,
    }));
  });
}

function modifiers(source: string): Change[] {
  return [...source.matchAll(MODIFIERS)].map(({ index, 0: text }) => {
    const kept = text.replace(/nonReentrant|receiving\(token, amount\)/, '');
    return {
      name: `${lineOf(source, index)}: ${text}`,
      mutated: source.slice(0, index) + kept + source.slice(index + text.length),
    };
  });
}

/** The parts of a condition that each guard by themselves. */
function operands(condition: string): { from: number; text: string }[] {
  let from = 0;
  return condition.split(' || ').map((text) => {
    const operand = { from, text };
    from += text.length + ' || '.length;
    return operand;
  });
}

/** Where the parenthesis opened before `start` is closed. */
function closing(source: string, start: number): number {
  let depth = 1;
  for (let index = start; index < source.length; index++) {
    if (source[index] === '(') depth += 1;
    if (source[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`unbalanced parentheses after ${source.slice(start, start + 40)}`);
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
