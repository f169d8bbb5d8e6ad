import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFENCES, type Defence } from './defences.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** From now on modules are loaded without this guard. @throws {Error} where the code does not have it any more. */
export function loadWithout(name: string): void {
  const defence = DEFENCES.find((one) => one.name === name);
  if (!defence) throw new Error(`there is no defence ${name}`);
  for (const place of [defence, ...(defence.also ? [defence.also] : [])]) replaceIn(place);
}

function replaceIn({ file, text, without }: Pick<Defence, 'file' | 'text' | 'without'>): void {
  const path = join(ROOT, file);
  const guarded = pathToFileURL(path).href;
  if (readFileSync(path, 'utf8').split(text).length !== 2)
    throw new Error(`${file} does not hold ${text} once`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== guarded) return loaded;
      return { ...loaded, source: readFileSync(path, 'utf8').replace(text, () => without) };
    },
  });
}
