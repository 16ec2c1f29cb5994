import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Lets a server close without waiting for those who merely hold a connection; one on which something is asked ends after the answer. Node waits
 * for connections on which nothing was asked yet (browsers and pools open some ahead), whose client has left, or that stay alive after
 * an answer that came later than the call to close.
 */
export function endConnectionsOnClose(server: FastifyInstance, opened: 'connection' | 'secureConnection'): void {
  const underWay = new Map<Socket, number>();
  const http: Server = server.server;
  let closing = false;
  http.on(opened, (socket: Socket) => {
    if (closing) return void socket.destroy(); // its handshake ended only now
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  http.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const others = (underWay.get(socket) ?? 1) - 1;
      if (!socket.destroyed) underWay.set(socket, others);
      if (closing && others === 0) socket.destroySoon();
    });
  });
  // From then on it belongs to whoever speaks the other protocol.
  http.on('upgrade', ({ socket }: IncomingMessage) => underWay.delete(socket));
  server.addHook('preClose', async () => {
    closing = true;
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
  });
}
