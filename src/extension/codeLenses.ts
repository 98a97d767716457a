/**
 * Lenses above pools, pairs and mirrored databases of a topology file: their state while it is measured, and what can be done
 * about them. Only in the topology that the window works with, and only where something may act on it.
 */
import * as vscode from 'vscode';
import type { DocumentSymbol } from 'vscode-languageclient/node';
import type { DeploymentStatus } from '../core/status.ts';
import { settingsSection } from './configuration.ts';
import type { Deployments } from './deployments.ts';
import type { LanguageSupport } from './languageClient.ts';
import { lensPlaces } from './lensPlaces.ts';
import { commandOfLens, type Lens, lensesOf, lensSignature } from './lensTexts.ts';
import { languageId } from './names.ts';
import type { Session } from './session.ts';
import type { Topologies } from './topologies.ts';

export interface CodeLensParts {
  readonly topologies: Topologies;
  readonly deployments: Deployments;
  readonly languageSupport: LanguageSupport;
}

const setting = 'codeLenses';

/** A lens that knows what it is about, and gets its words when it comes into view. */
class StateLens extends vscode.CodeLens {
  readonly lens: Lens;

  constructor(line: number, lens: Lens) {
    super(new vscode.Range(line, 0, line, 0));
    this.lens = lens;
  }
}

export function createCodeLenses(parts: CodeLensParts): vscode.Disposable {
  const { deployments } = parts;
  const changed = new vscode.EventEmitter<void>();
  let followed: Session | undefined;
  let subscriptions: readonly Disposable[] = [];
  let shown = '';

  const renderIfChanged = (): void => {
    const status = measured(followed);
    const signature = `${followed?.live === true} ${lensSignature(status)}`;
    if (signature === shown) return;
    shown = signature;
    changed.fire();
  };
  const leave = (): void => {
    for (const subscription of subscriptions) subscription[Symbol.dispose]();
  };
  const follow = (): void => {
    const session = deployments.active;
    if (session !== followed) {
      leave();
      followed = session;
      subscriptions =
        session === undefined
          ? []
          : [session.store.onDidChange(renderIfChanged), session.onDidChangeState(renderIfChanged)];
      changed.fire();
    }
    renderIfChanged();
  };

  const registrations = [
    changed,
    deployments.onDidChangeActive(follow),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.${setting}`)) changed.fire();
    }),
    vscode.languages.registerCodeLensProvider(
      { language: languageId },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses: async (document, token) => {
          if (!isShownIn(document, parts)) return [];
          const status = measured(followed);
          const places = lensPlaces(await outlineOf(parts.languageSupport, document, token));
          return places.flatMap((place) => lensesOf(place, status).map((lens) => new StateLens(place.line, lens)));
        },
        resolveCodeLens: (lens: StateLens) => {
          const command = commandOfLens(lens.lens, measured(followed));
          if (command !== undefined) lens.command = command;
          return lens;
        },
      },
    ),
  ];
  follow();
  return new vscode.Disposable(() => {
    for (const registration of registrations) registration.dispose();
    leave();
  });
}

/** What nobody measures at this moment could be wrong. */
function measured(session: Session | undefined): DeploymentStatus | undefined {
  return session?.live === true ? session.store.current : undefined;
}

function isShownIn(document: vscode.TextDocument, { topologies, deployments }: CodeLensParts): boolean {
  const wanted = vscode.workspace.getConfiguration(settingsSection).get(setting, true);
  const isActive = topologies.active?.toString() === document.uri.toString();
  return wanted && isActive && deployments.active !== undefined;
}

/** The client says that it knows trees, so the answer is one. */
async function outlineOf(
  languageSupport: LanguageSupport,
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<readonly DocumentSymbol[]> {
  const client = await languageSupport.client();
  if (languageSupport.state !== 'running') return [];
  const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(document);
  return (
    (await client.sendRequest<DocumentSymbol[] | null>('textDocument/documentSymbol', { textDocument }, token)) ?? []
  );
}
