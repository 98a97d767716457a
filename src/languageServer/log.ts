/**
 * The server's log, written through the client into its output channel, at the client's level. What requests cost goes into the
 * protocol's trace as well, which a client switches on and off with `$/setTrace`.
 */
import type { Connection } from 'vscode-languageserver/node';

export interface ServerLog {
  /** A request was answered, after so many milliseconds. */
  request(method: string, duration: number): void;
  /** Something in the server failed that should not: the whole error goes into the log, and nowhere else. */
  failure(what: string, error: unknown): void;
  note(text: string): void;
}

export function createLog(connection: Connection): ServerLog {
  return {
    request: (method, duration) => {
      const line = `${method}: ${duration.toFixed(1)} ms`;
      connection.console.debug(line);
      connection.tracer.log(line);
    },
    failure: (what, error) =>
      connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    note: (text) => connection.console.info(text),
  };
}
