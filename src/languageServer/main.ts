/** The language server's process. The transport is named on the command line: `--stdio`, `--node-ipc` or `--socket=N`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startLanguageServer } from './server.ts';

startLanguageServer(createConnection(ProposedFeatures.all));
