import type { IncomingMessage, ServerResponse } from 'node:http';

/** What IPFS gateways let every page send and read (path gateway specification, 3.2.10), and what this host adds. */
const ALLOWED_METHODS = 'GET, HEAD, OPTIONS';
const ALLOWED_HEADERS = ['Content-Type', 'Range', 'User-Agent', 'X-Requested-With'];
const EXPOSED_BY_GATEWAYS = ['X-Chunked-Output', 'X-Stream-Output'];

/**
 * Headers for pages of every origin, without credentials. A preflight is answered here; it may name further headers, of
 * which none means anything to a gateway but those of HTTP itself.
 */
export function gatewayCors(exposedHeaders: readonly string[], maxAgeSec: number) {
  const exposed = [...exposedHeaders, ...EXPOSED_BY_GATEWAYS].join(', ');
  return (req: IncomingMessage, res: ServerResponse, next: () => void): void => {
    const asked = req.headers['access-control-request-headers'];
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS);
    res.setHeader('Access-Control-Allow-Headers', [...ALLOWED_HEADERS, ...(asked ? [asked] : [])].join(', '));
    res.setHeader('Access-Control-Expose-Headers', exposed);
    if (req.method !== 'OPTIONS') {
      next();
      return;
    }
    res.setHeader('Access-Control-Max-Age', maxAgeSec);
    res.setHeader('Vary', 'Origin, Access-Control-Request-Headers');
    res.setHeader('Content-Length', 0);
    res.writeHead(200).end();
  };
}

/** Of the request that is made, or that a preflight asks for. */
export function isGateway({ url, method, headers }: IncomingMessage): boolean {
  const wanted = (method === 'OPTIONS' && headers['access-control-request-method']) || method;
  const isRead = wanted === 'GET' || wanted === 'HEAD' || wanted === 'OPTIONS';
  return isRead && /^\/ipfs\/./i.test(url ?? '');
}
