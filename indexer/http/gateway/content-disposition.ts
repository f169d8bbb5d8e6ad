/**
 * `Content-Disposition` with the name in two forms (RFC 6266): plain ASCII for clients that know no better, and what it
 * is (RFC 8187), whose signs are fewer than those that `encodeURIComponent` leaves.
 */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const exact = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, percentEncoded);
  return `${type}; filename="${ascii}"; filename*=UTF-8''${exact}`;
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}
