/** The `lync-topology` program. */
import { runEngineHost } from '../engineHost/process.ts';
import { runCommandLine } from './commandLine.ts';
import { createTerminal } from './terminal.ts';

void main();

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  // What a window starts as its engine: the same code, so it lies in the same file.
  if (first === 'engine-host') return runEngineHost(others);
  const terminal = createTerminal();
  const signal = interruption((text) => terminal.err.line(text));
  const status = await runCommandLine(process.argv.slice(2), terminal, signal);
  process.exitCode = status;
  // Standard input may still be open; nothing is waited for any more.
  process.stdin.destroy();
}

/** The first interruption asks calmly, the second ends at once. */
function interruption(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
      if (name === 'SIGINT' && process.stderr.isTTY) say('Cancelling. Ctrl+C again ends at once.');
    });
  }
  return controller.signal;
}
