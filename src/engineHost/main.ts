/** The engine's own process, run from the sources; a packed product runs it as a command that help does not show. */
import { runEngineHost } from './process.ts';

void runEngineHost(process.argv.slice(2));
