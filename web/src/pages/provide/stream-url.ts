const MAX_BYTES = 2048;

/** The error in the address of a stream, in words. */
export function urlError(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'An address begins with https:// or http://';
  if (url.username !== '' || url.password !== '')
    return 'An address must not hold a password: everybody sees it.';
  return new TextEncoder().encode(text).length > MAX_BYTES ? 'This address is too long.' : undefined;
}
