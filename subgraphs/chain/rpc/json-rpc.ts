/** Trouble with the node. Messages hold no secret: operators are shown them. */
export class NodeError extends Error {}

/** The node answered, with an error: the call itself is at fault, for example a transaction that would revert. */
export class RpcError extends NodeError {
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
    /** What a reverted call returned, as hexadecimal; decodable with the contract's interface. */
    readonly data: string | null,
  ) {
    super(`${method}: ${message}`);
    this.name = 'RpcError';
  }
}

/** No usable answer came: worth another try later. */
export class RpcUnavailableError extends NodeError {
  constructor(method: string, options: { cause: unknown }) {
    super(`The chain node did not answer ${method}.`, options);
    this.name = 'RpcUnavailableError';
  }
}

/** JSON-RPC to an Ethereum node. https://ethereum.github.io/execution-apis/ */
export interface JsonRpc {
  /** @throws RpcError or RpcUnavailableError */
  call<T>(method: string, params: readonly unknown[]): Promise<T>;
}

/** JSON-RPC over HTTP, one request for each call; times out after `timeoutMs`. */
export function createJsonRpc(url: string, timeoutMs = 10_000): JsonRpc {
  let nextId = 1;
  return {
    call: async <T>(method: string, params: readonly unknown[]): Promise<T> => {
      const answer = await post(url, { jsonrpc: '2.0', id: nextId++, method, params }, timeoutMs).catch((cause: unknown) => {
        throw new RpcUnavailableError(method, { cause });
      });
      if (answer.error) throw new RpcError(method, answer.error.code, answer.error.message, hexOf(answer.error.data));
      return answer.result as T;
    },
  };
}

interface RpcAnswer {
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

async function post(url: string, body: object, timeoutMs: number): Promise<RpcAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const answer = JSON.parse(text) as RpcAnswer | null;
  if (answer && typeof answer === 'object' && ('result' in answer || answer.error)) return answer;
  throw new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`);
}

function hexOf(data: unknown): string | null {
  return typeof data === 'string' && /^0x[0-9a-fA-F]*$/.test(data) ? data : null;
}
