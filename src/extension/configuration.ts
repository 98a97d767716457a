/** The settings under `lyncTopology.`, read for a topology file. */
import { dirname } from 'node:path';
import { type Uri, workspace } from 'vscode';
import { absolutePath } from '../languageServer/settingPaths.ts';

export interface EngineSettings {
  readonly topologyFile: string;
  readonly dataDirectory: string;
  /** Folders by UNC path: a share that lies in an existing directory. */
  readonly shareMappings: Readonly<Record<string, string>>;
  readonly guard: { readonly lostPart: number; readonly lostFiles: number };
  /** Milliseconds for which a principal must be lost before its mirror takes over by itself. */
  readonly partnerTimeout: number;
  /** Whether an engine that this window starts runs Backup Service cycles by itself. */
  readonly backgroundCycles: boolean;
}

export const settingsSection = 'lyncTopology';

/** Settings whose change needs another connection. */
export const engineSettingNames = [
  'deployment',
  'dataDirectory',
  'shareMappings',
  'guard',
  'mirroring',
  'background',
].map((name) => `${settingsSection}.${name}`);

export function deploymentKind(topology: Uri): 'embedded' | 'powershell' {
  return workspace.getConfiguration(settingsSection, topology).get('deployment') === 'powershell'
    ? 'powershell'
    : 'embedded';
}

export function engineSettings(topology: Uri): EngineSettings {
  const settings = workspace.getConfiguration(settingsSection, topology);
  const beside = dirname(topology.fsPath);
  const folder = (path: string): string => absolutePath(path, beside);
  return {
    topologyFile: topology.fsPath,
    dataDirectory: folder(settings.get<string>('dataDirectory', '') || '.lync'),
    shareMappings: Object.fromEntries(
      Object.entries(settings.get<Record<string, string>>('shareMappings', {})).map(([unc, path]) => [
        unc,
        folder(path),
      ]),
    ),
    guard: { lostPart: settings.get('guard.lostPart', 10) / 100, lostFiles: settings.get('guard.lostFiles', 20) },
    partnerTimeout: settings.get('mirroring.partnerTimeout', 10) * 1_000,
    backgroundCycles: settings.get('background.enabled', true),
  };
}
