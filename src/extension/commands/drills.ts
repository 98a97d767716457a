/** Running a drill from the file that describes it: the one that was clicked, the one in the editor, or one that is chosen. */
import { basename } from 'node:path';
import { l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { operations } from '../../core/operations/registry.ts';
import type { Services } from '../services.ts';
import { known, runOperation } from './runOperation.ts';
import { readCall } from './subjects.ts';

const isDrillFile = /\.drill\.ya?ml$/i;
const drillFiles = '**/*.drill.{yaml,yml}';
const mostFiles = 200;

export async function drillCommand(services: Services, argument: unknown): Promise<unknown> {
  const drill = known(operations, 'drill');
  const call = argument instanceof Uri ? undefined : readCall(argument);
  if (call?.kind === 'parameters') return runOperation(services, drill, call);
  const file = argument instanceof Uri ? argument : await chooseFile();
  if (file === undefined) return undefined;
  return runOperation(services, drill, { kind: 'palette' }, { Scenario: await textOf(file) });
}

/** As it is in the editor, so that what is run is what is read. */
async function textOf(file: Uri): Promise<string> {
  const open = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  return open?.getText() ?? new TextDecoder().decode(await workspace.fs.readFile(file));
}

interface FileOffer extends QuickPickItem {
  readonly file: Uri | undefined;
}

async function chooseFile(): Promise<Uri | undefined> {
  const shown = window.activeTextEditor?.document.uri;
  if (shown !== undefined && isDrillFile.test(shown.path)) return shown;
  const found = await workspace.findFiles(drillFiles, undefined, mostFiles);
  if (found.length === 0) return browse();
  const offers: FileOffer[] = found
    .map((file) => ({ label: basename(file.path), description: workspace.asRelativePath(file), file }))
    .sort((one, other) => one.description.localeCompare(other.description));
  const picked = await window.showQuickPick([...offers, { label: l10n.t('Another file…'), file: undefined }], {
    title: l10n.t('Run a drill'),
    placeHolder: l10n.t('Which drill?'),
    matchOnDescription: true,
  });
  return picked === undefined ? undefined : (picked.file ?? browse());
}

async function browse(): Promise<Uri | undefined> {
  const picked = await window.showOpenDialog({
    title: l10n.t('Run a drill'),
    openLabel: l10n.t('Run a Drill'),
    filters: { YAML: ['yaml', 'yml'] },
  });
  return picked?.[0];
}
