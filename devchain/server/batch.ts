import { INVALID_REQUEST, PARSE_ERROR, RpcError, type RpcProvider, toErrorMember } from './rpc.ts';

type Answer = { jsonrpc: '2.0'; id: unknown } & (
  | { result: unknown }
  | { error: ReturnType<typeof toErrorMember> }
);

const MAX_BATCH = 1000;

/**
 * Answers a JSON-RPC 2.0 body: one request, or a batch whose calls run side by side. Resolves to the
 * answer's JSON text, or undefined where the body held notifications only.
 */
export async function answerBody(body: string, provider: RpcProvider): Promise<string | undefined> {
  const answer = await answerOf(parse(body), provider);
  return answer && JSON.stringify(answer);
}

async function answerOf(parsed: unknown, provider: RpcProvider): Promise<Answer | Answer[] | undefined> {
  if (parsed instanceof RpcError) return failure(null, parsed);
  if (!Array.isArray(parsed)) return await answerOne(parsed, provider);
  if (parsed.length === 0 || parsed.length > MAX_BATCH)
    return failure(null, new RpcError(INVALID_REQUEST, `A batch holds 1 to ${MAX_BATCH} calls`));
  const answers = await Promise.all(parsed.map((request) => answerOne(request, provider)));
  const wanted = answers.filter((answer) => answer !== undefined);
  return wanted.length > 0 ? wanted : undefined;
}

async function answerOne(request: unknown, provider: RpcProvider): Promise<Answer | undefined> {
  if (!isRequest(request)) return failure(null, new RpcError(INVALID_REQUEST, 'Not a JSON-RPC 2.0 request'));
  const { id, method, params } = request;
  const answer = await provider.request(params === undefined ? { method } : { method, params }).then(
    (result): Answer => ({ jsonrpc: '2.0', id, result: result ?? null }),
    (error: unknown) => failure(id, error),
  );
  return id === undefined ? undefined : answer;
}

function failure(id: unknown, error: unknown): Answer {
  return { jsonrpc: '2.0', id, error: toErrorMember(error) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    return new RpcError(PARSE_ERROR, 'The body is not JSON', { cause });
  }
}

function isRequest(value: unknown): value is { id?: unknown; method: string; params?: object } {
  if (typeof value !== 'object' || value === null || !('method' in value)) return false;
  const params = 'params' in value ? value.params : undefined;
  return typeof value.method === 'string' && (params === undefined || typeof params === 'object');
}
