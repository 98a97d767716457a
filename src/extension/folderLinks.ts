/** Links to folders: the editor opens files by their address, and a folder only where it is shown. */
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

export const folderLinks: Middleware = {
  resolveDocumentLink: async (link, token, next) => {
    const resolved = await next(link, token);
    if (resolved?.target?.scheme === 'file' && (await isFolder(resolved.target))) {
      resolved.target = revealing(resolved.target);
    }
    return resolved;
  },
};

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => undefined);
  return stat !== undefined && (stat.type & vscode.FileType.Directory) !== 0;
}

/** In the explorer where the folder lies in the workspace, in the system's own otherwise. */
function revealing(folder: vscode.Uri): vscode.Uri {
  const inWorkspace = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
  const command = inWorkspace ? 'revealInExplorer' : 'revealFileInOS';
  return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([folder]))}`);
}
