import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, buildSchema, parse, type ExecutionArgs, type GraphQLFormattedError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, type ExecutionResult, type SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { AppError } from '#kernel/errors';
import { newRequestContext } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import type { FindDocument } from '../documents';
import type { Operation } from '../engine';
import { addressOf, admitCaller, scopeFor, type FindCaller, type HttpOperation, type TrustProxy } from '../http';
import type { Admit } from '../limits';
import type { Messages } from './event-stream';
import type { SubscriptionMessage } from './subscribe';

export interface WebSocketOptions {
  messages: Messages;
  findCaller: FindCaller;
  findDocument: FindDocument;
  /** Asked for each operation. */
  admit: Admit;
  trust: TrustProxy;
  /** What kind of operation a document asks for; null when it cannot be planned, and running it says why. */
  kindOf(operation: Pick<HttpOperation, 'query' | 'operationName'>): Promise<Operation['kind'] | null>;
  /** Bytes of the largest message. */
  maxMessage: number;
}

const PATH = '/graphql';
const KEEP_ALIVE_MS = 12_000;
const OPERATIONS_PER_CONNECTION = 100;
/** Of answers that a client has not read. Subscriptions wait for their client; this is for one that asks on and on and reads nothing. */
const UNREAD_BYTES = 4 * 1024 * 1024;
const UNAUTHORIZED = CloseCode.Unauthorized;

// The library runs operations by graphql-js if it is not told otherwise. It only needs to know of each whether it goes on.
const SCHEMA = buildSchema('type Query { once: Boolean } type Subscription { goesOn: Boolean }');
const ONCE = parse('{ once }');
const GOES_ON = parse('subscription { goesOn }');

type Connection = Extra & Record<PropertyKey, unknown> & { authorization?: string; gone?: AbortController };

/** What travels in `contextValue` of the library's arguments. */
interface Job {
  operation: HttpOperation;
  scope: OperationScope;
}

/**
 * GraphQL over WebSocket (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md) at the address of GraphQL. The caller shows their
 * token as `authorization` in `connection_init`. Each message has its position in `extensions.position`; a subscription with
 * `extensions: { resumeFrom: <position> }` is told what it has missed.
 */
export function addWebSocket(server: Server, { messages, findCaller, findDocument, admit, trust, kindOf, maxMessage }: WebSocketOptions): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessage });

  async function scopeOf(extra: Connection): Promise<OperationScope> {
    const address = addressOf(extra.request, trust);
    const { caller, admission } = await admitCaller(extra.authorization, address, findCaller, admit);
    return { ...scopeFor(caller, newRequestContext(), (extra.gone ?? new AbortController()).signal, { address, agent: extra.request.headers['user-agent']?.slice(0, 200) ?? null }), pay: admission.pay };
  }

  const disposable = useServer<Record<string, unknown>, Connection>(
    {
      schema: SCHEMA,
      isProd: true, // otherwise a client is told why we failed
      onConnect: async ({ connectionParams, extra }) => {
        extra.authorization = authorizationIn(connectionParams);
        extra.gone = new AbortController();
        try {
          await findCaller(extra.authorization);
        } catch (error) {
          extra.socket.close(error instanceof AppError && error.code === 'UNAUTHENTICATED' ? UNAUTHORIZED : CloseCode.InternalServerError, error instanceof AppError ? error.code : 'INTERNAL_SERVER_ERROR');
          return false;
        }
        return true;
      },
      onClose: ({ extra }) => extra.gone?.abort(),
      onSubscribe: async ({ subscriptions, extra }, _id, payload) => {
        if (Object.keys(subscriptions).length > OPERATIONS_PER_CONNECTION) return [errorOf({ message: `A connection carries ${OPERATIONS_PER_CONNECTION} operations at most.`, extensions: { code: 'BAD_USER_INPUT' } })];
        try {
          const scope = await scopeOf(extra);
          const operation = await operationOf(payload, findDocument);
          const contextValue: Job = { operation, scope };
          const goesOn = (await kindOf(operation)) === 'subscription';
          return { schema: SCHEMA, document: goesOn ? GOES_ON : ONCE, contextValue } satisfies ExecutionArgs;
        } catch (error) {
          if (error instanceof AppError) return [errorOf({ message: error.message, extensions: { code: error.code, ...error.details } })];
          throw error;
        }
      },
      subscribe: ({ contextValue }) => results(messages, contextValue as Job),
      execute: async ({ contextValue }) => {
        for await (const message of results(messages, contextValue as Job)) return message;
        return { data: null };
      },
    },
    sockets,
    KEEP_ALIVE_MS,
  );

  sockets.on('connection', (socket) => {
    socket.on('message', () => {
      if (socket.bufferedAmount > UNREAD_BYTES) socket.terminate();
    });
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== PATH) return refuse(socket, '404 Not Found');
    if (!request.headers['sec-websocket-protocol']?.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return refuse(socket, '400 Bad Request');
    sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request));
  });
  let closing: Promise<void> | null = null;
  return { close: () => (closing ??= Promise.resolve(disposable.dispose())) };
}

/** Nobody else looks after a socket that was to be upgraded: an error on it would end the process, and a client that stays would stay for ever. */
function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

// Behind a proxy this is the proxy's address: sign-in over WebSocket is then limited for all its clients together.
function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = params?.authorization ?? params?.Authorization;
  return typeof given === 'string' ? given : undefined;
}

async function operationOf({ query, operationName, variables, extensions }: SubscribePayload, findDocument: FindDocument): Promise<HttpOperation> {
  const found = await findDocument({ query: query || null, documentId: null, extensions: extensions ?? {} });
  return { query: found, operationName: operationName ?? null, variables: variables ?? {}, extensions: extensions ?? {}, allowed: ['query', 'mutation', 'subscription'] };
}

/** The messages in the library's form; stopping them stops what they wait for. */
function results(messages: Messages, { operation, scope }: Job): AsyncGenerator<ExecutionResult, void> {
  const { resumeFrom } = operation.extensions;
  const source = messages(operation, scope, typeof resumeFrom === 'string' ? resumeFrom : null);
  const generator: AsyncGenerator<ExecutionResult, void> = {
    next: async () => {
      const { done, value } = await source.next();
      return done ? { done: true, value: undefined } : { done: false, value: resultOf(value) };
    },
    return: async () => {
      await source.return();
      return { done: true, value: undefined };
    },
    throw: (error) => Promise.reject(error instanceof Error ? error : new Error(String(error))),
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await generator.return()),
  };
  return generator;
}

function resultOf({ position, data, errors }: SubscriptionMessage): ExecutionResult {
  return {
    ...(errors?.length ? { errors: errors.map(errorOf) } : {}),
    ...(data === undefined ? {} : { data: JSON.parse(data) as Record<string, unknown> | null }),
    ...(position === undefined ? {} : { extensions: { position } }),
  };
}

function errorOf({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
