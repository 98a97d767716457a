/** The listening side of an engine: accepts clients, knows how many are attached. */
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createEventSource, type Event } from '../core/events.ts';
import { type Address, chooseAddress } from './address.ts';
import type { EngineApi } from './api.ts';
import type { AttachParameters } from './protocol.ts';
import { serveClient } from './server.ts';

export interface EngineListener extends AsyncDisposable {
  readonly address: string;
  readonly token: string;
  /** Clients that are attached now. */
  readonly clients: number;
  readonly onDidChangeClients: Event<number>;
}

/** Listens in the data directory, or in a private temporary folder where no socket can be made there. */
export async function listen(
  dataDirectory: string,
  api: EngineApi,
  admit: (parameters: AttachParameters) => void,
): Promise<EngineListener> {
  const token = randomBytes(32).toString('hex');
  const sockets = new Set<Socket>();
  const attached = new Set<Socket>();
  const changes = createEventSource<number>();
  const calls = countCalls();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      if (attached.delete(socket)) changes.fire(attached.size);
    });
    serveClient({ api, token, admit, begin: calls.begin }, socket, () => {
      attached.add(socket);
      changes.fire(attached.size);
    });
  });
  const address = await bind(server, dataDirectory);
  return {
    address: address.path,
    token,
    get clients() {
      return attached.size;
    },
    onDidChangeClients: changes.event,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (sockets.size > 0) await calls.answered();
      for (const socket of sockets) socket.end();
      const patience = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 1_000);
      await closed;
      clearTimeout(patience);
      address.remove();
    },
  };
}

/** How long calls may take that are under way when the engine ends, milliseconds. */
const lastCalls = 2_000;
/** So long nothing new must have been asked: what was sent before has then been read. Milliseconds. */
const silence = 25;

/** Calls that are under way, so that an engine that ends answers them first. */
function countCalls(): { begin(): () => void; answered(): Promise<void> } {
  let open = 0;
  let begun = 0;
  return {
    begin: () => {
      open += 1;
      begun += 1;
      return () => {
        open -= 1;
      };
    },
    answered: async () => {
      const end = performance.now() + lastCalls;
      for (let before = -1; (open > 0 || begun !== before) && performance.now() < end; ) {
        before = begun;
        await delay(silence);
      }
    },
  };
}

async function bind(server: Server, dataDirectory: string): Promise<Address> {
  const address = chooseAddress(dataDirectory);
  try {
    return await bindTo(server, address);
  } catch {
    // Some file systems hold no sockets.
    return bindTo(server, chooseAddress(dataDirectory, true));
  }
}

async function bindTo(server: Server, address: Address): Promise<Address> {
  address.prepare();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    if (process.platform !== 'win32') chmodSync(address.path, 0o600);
    return address;
  } catch (error) {
    address.remove();
    throw error;
  }
}
