/**
 * A topology file that the settings make plain YAML has colours and, with Red Hat's extension, our schema; none of our
 * diagnostics, fixes and commands. Somebody who maps every `*.yaml` may not know, so it is said once.
 */
import * as vscode from 'vscode';
import { isTopologyFile } from '../languageServer/topologyFiles.ts';
import { languageId } from './names.ts';

const offeredKey = 'yamlAssociationOffered';
const setting = 'files.associations';
const patterns = ['*.topology.yaml', '*.topology.yml'];

/** Whether somebody wants the file as a topology. */
export type Ask = (file: vscode.Uri) => Promise<boolean>;

export interface AssociationOfferOptions {
  readonly memory: vscode.Memento;
  readonly onError: (error: unknown) => void;
  readonly ask?: Ask;
}

export function createAssociationOffer({
  memory,
  onError,
  ask = askPerson,
}: AssociationOfferOptions): vscode.Disposable {
  const offer = async (document: vscode.TextDocument): Promise<void> => {
    if (!isPlainYaml(document) || memory.get(offeredKey) === true) return;
    await memory.update(offeredKey, true);
    if (await ask(document.uri)) await openAsTopology(document);
  };
  const offerIfShown = (editor: vscode.TextEditor | undefined): void => {
    if (editor !== undefined) offer(editor.document).catch(onError);
  };
  offerIfShown(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(offerIfShown);
}

function isPlainYaml({ languageId: language, uri }: vscode.TextDocument): boolean {
  return language === 'yaml' && isTopologyFile(uri.path);
}

/** Now, and from now on where the settings had made it YAML: beside what stands there, which a longer pattern outranks. */
async function openAsTopology(document: vscode.TextDocument): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const found = settings.inspect<Record<string, string>>(setting);
  const places = [
    [found?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [found?.globalValue, vscode.ConfigurationTarget.Global],
  ] as const;
  for (const [associations, target] of places) {
    if (associations === undefined || !makesYaml(associations, document)) continue;
    const own = Object.fromEntries(patterns.map((pattern) => [pattern, languageId]));
    await settings.update(setting, { ...associations, ...own }, target);
  }
  await vscode.languages.setTextDocumentLanguage(document, languageId);
}

function makesYaml(associations: Readonly<Record<string, string>>, document: vscode.TextDocument): boolean {
  return Object.entries(associations).some(([pattern, language]) => {
    const anywhere = pattern.includes('/') ? pattern : `**/${pattern}`;
    return language === 'yaml' && vscode.languages.match({ pattern: anywhere }, document) > 0;
  });
}

async function askPerson(file: vscode.Uri): Promise<boolean> {
  const open = vscode.l10n.t('Open as Lync Topology');
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is a topology and is open as plain YAML, so it is not checked.', name),
    open,
    vscode.l10n.t('Keep YAML'),
  );
  return picked === open;
}
