import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

/** Messages over a socket. Errors of the socket itself end it and are then seen as its closing. */
export function messageConnection(socket: Socket): MessageConnection {
  const reader = new StreamMessageReader(socket);
  // Its timer for half a message outlives the socket and would keep the process running.
  reader.partialMessageTimeout = 0;
  socket.on('error', () => socket.destroy());
  return createMessageConnection(reader, new StreamMessageWriter(socket));
}
