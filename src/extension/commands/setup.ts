/** From nothing to a deployment to work with: the sample, the data directory, the log. */
import { commands, l10n, Uri, window, workspace } from 'vscode';
import { LyncTopologyError } from '../../core/errors.ts';
import { engineSettings } from '../configuration.ts';
import { commands as own } from '../names.ts';
import type { Services } from '../services.ts';

const sampleName = 'litware.topology.yaml';

/** Writes the sample into the workspace folder and opens it. An existing file is opened as it is. */
export async function createSample(services: Services): Promise<Uri | undefined> {
  const folder = await pickFolder();
  if (folder === undefined) return undefined;
  const target = Uri.joinPath(folder, sampleName);
  const exists = await workspace.fs.stat(target).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const sample = Uri.joinPath(services.context.extensionUri, 'samples', 'litware', sampleName);
    await workspace.fs.copy(sample, target, { overwrite: false });
    services.log.info(`${target.toString()} created`);
  }
  await window.showTextDocument(target);
  if (exists) void window.showInformationMessage(l10n.t('{0} exists already and was opened as it is.', sampleName));
  else void offerToInitialize();
  return target;
}

export async function openDataDirectory(services: Services): Promise<void> {
  const topology = await services.topologies.require();
  if (topology === undefined) return;
  const { dataDirectory } = engineSettings(topology);
  const uri = Uri.file(dataDirectory);
  try {
    await workspace.fs.stat(uri);
  } catch {
    throw new LyncTopologyError({
      code: 'data-directory-missing',
      kind: 'refused',
      object: dataDirectory,
      message: l10n.t('The data directory {0} does not exist yet.', dataDirectory),
      remedy: l10n.t('Initialise it first.'),
    });
  }
  await commands.executeCommand('revealFileInOS', uri);
}

export async function openTopology(services: Services): Promise<void> {
  const topology = await services.topologies.require();
  if (topology !== undefined) await window.showTextDocument(topology);
}

async function pickFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 1) return (await window.showWorkspaceFolderPick())?.uri;
  const [only] = folders;
  if (only !== undefined) return only.uri;
  const open = l10n.t('Open Folder');
  const picked = await window.showInformationMessage(
    l10n.t('The sample is written into a folder, and none is open.'),
    open,
  );
  if (picked === open) await commands.executeCommand('vscode.openFolder');
  return undefined;
}

async function offerToInitialize(): Promise<void> {
  if (!workspace.isTrusted) return;
  const initialize = l10n.t('Initialise Data Directory');
  const picked = await window.showInformationMessage(
    l10n.t('The sample has two paired pools. Their databases and file shares are made in a data directory beside it.'),
    initialize,
  );
  if (picked === initialize) await commands.executeCommand(own.initializeDataDirectory);
}
