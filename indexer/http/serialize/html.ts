/** For text and for attributes in quotes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/["']/g, (quote) => `&#${quote.charCodeAt(0)};`);
}
