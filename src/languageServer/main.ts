/** The language server's process. The transport is named on the command line: `--stdio`, `--node-ipc` or `--socket=N`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { letHeapGrowSlowly } from './processFlags.ts';
import { startLanguageServer } from './server.ts';

letHeapGrowSlowly();
startLanguageServer(createConnection(ProposedFeatures.all));
