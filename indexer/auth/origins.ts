/** Addresses that stand for every interface of a machine. */
const ANY_INTERFACE = ['0.0.0.0', '::', ''];

export interface SitePlace {
  /** Where people reach the host; without it, they are on the same machine. */
  publicUrl: string | undefined;
  host: string;
  port: number;
  corsOrigins: readonly string[];
}

/** Where people may sign in: at this host, and on the pages that may call it. */
export function siteOrigins({ publicUrl, host, port, corsOrigins }: SitePlace): string[] {
  const here = ['localhost', '127.0.0.1', ...(ANY_INTERFACE.includes(host) ? [] : [inUrl(host)])];
  const own =
    publicUrl === undefined
      ? here.map((name) => new URL(`http://${name}:${port}`).origin)
      : [new URL(publicUrl).origin];
  return [...new Set([...own, ...corsOrigins.filter((origin) => origin !== '*')])];
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
