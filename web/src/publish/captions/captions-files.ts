import { isLabel, isLanguage, MAX_CAPTIONS } from '../../../../packager/captions/captions.ts';
import { CaptionsRefused, MAX_CAPTIONS_BYTES, webVttIn } from '../../../../packager/captions/webvtt.ts';

/** Captions that a creator has chosen. */
export interface CaptionsFile {
  id: string;
  name: string;
  /** WebVTT. */
  text: string;
  /** Why the file is not taken; empty: it is. */
  fault: string;
  /** As it stands in its field. */
  language: string;
  label: string;
}

/** What is uploaded. */
export interface SentCaptions {
  language: string;
  label: string;
  text: string;
}

export interface CaptionsErrors {
  language?: string;
  label?: string;
}

/** Read as the host will. */
export async function readCaptions(file: File): Promise<CaptionsFile> {
  const language = languageIn(file.name);
  const { text, fault } = await textOf(file);
  return { id: crypto.randomUUID(), name: file.name, text, fault, language, label: labelOf(language) };
}

async function textOf(file: File): Promise<Pick<CaptionsFile, 'text' | 'fault'>> {
  if (file.size > MAX_CAPTIONS_BYTES) return { text: '', fault: 'Captions have 1 MiB at most.' };
  try {
    return { text: webVttIn(new Uint8Array(await file.arrayBuffer())), fault: '' };
  } catch (error) {
    if (error instanceof CaptionsRefused) return { text: '', fault: `Line ${error.line}: ${error.message}` };
    return { text: '', fault: 'This browser can not read the file.' };
  }
}

/** `film.pt-br.vtt` → `pt-BR`; empty where the name says none. */
export function languageIn(fileName: string): string {
  const [, tag = ''] = /(?:^|\.)([a-z]{2,3}(?:-[a-z0-9]{1,8})*)\.vtt$/i.exec(fileName) ?? [];
  return canonical(tag);
}

/** A language by its own name: `de` → `Deutsch`; empty where it is none. */
export function labelOf(language: string): string {
  const tag = canonical(language);
  if (tag === '') return '';
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** As the host writes it; empty where it is no language. */
function canonical(language: string): string {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(language.trim());
    return isLanguage(tag) ? tag : '';
  } catch {
    return '';
  }
}

/** What is wrong of each, in their order. */
export function captionsErrors(files: readonly CaptionsFile[]): CaptionsErrors[] {
  const isTwice = (values: readonly string[], value: string) =>
    values.filter((each) => each === value).length > 1;
  const languages = files.map(({ language }) => canonical(language));
  const labels = files.map(({ label }) => label.trim().toLowerCase());
  return files.map(({ label }, index) => {
    const language = languages[index] ?? '';
    const errors: CaptionsErrors = {};
    if (language === '') errors.language = 'A language is a tag such as en, de or pt-BR.';
    else if (isTwice(languages, language)) errors.language = 'Other captions are in this language.';
    if (!isLabel(label.trim())) errors.label = 'A label has 1 to 60 characters, and no quotes (").';
    else if (isTwice(labels, labels[index] ?? '')) errors.label = 'Other captions have this label.';
    return errors;
  });
}

/** What can be uploaded; `undefined` while something is wrong. */
export function sentOf(files: readonly CaptionsFile[]): SentCaptions[] | undefined {
  const isGood =
    files.length <= MAX_CAPTIONS &&
    files.every(({ fault }) => fault === '') &&
    captionsErrors(files).every((errors) => Object.keys(errors).length === 0);
  if (!isGood) return undefined;
  return files.map(({ language, label, text }) => ({
    language: canonical(language),
    label: label.trim(),
    text,
  }));
}

/** With another language; a label that nobody has written follows it. */
export function inLanguage(file: CaptionsFile, language: string): CaptionsFile {
  const isOwn = file.label !== '' && file.label !== labelOf(file.language);
  return { ...file, language, label: isOwn ? file.label : labelOf(language) };
}
