/** Names and places: what belongs to content, what is ours, and that nothing leaves its root. */
import { LyncTopologyError } from '../../errors.ts';
import type { FileSystem } from './fileSystem.ts';

/** Our temporary folder at the root of a share that is being written. */
export const partialFolder = '.lync-partial';

/** Top-level folders of services whose files are not conference content (domain A.8). */
const serviceFolder = /^\d+-(BackupService|CentralMgmt|ApplicationServer)-\d+$/;

/** A temporary beside its target, where the target lies on a nested mount; only journaled ones are ever removed. */
const besideName = /^\.lync-partial-[0-9a-f]{16}$/;

/** Names that we give inside our temporary folder. Only these are ever swept. */
const ownName = /^(?:copy|undo)-[0-9a-f]{16}$/;

const applicationServerFolder = /^\d+-ApplicationServer-\d+$/;

/** Below a folder of the Application Server, where Response Groups keep their audio: the sibling of Call Park's. */
const responseGroupFolders = ['AppServerFiles', 'RGS'];

/** Whether a name in a folder of the share leads to what a scope means. */
export function isInScope(scope: 'responseGroups' | undefined, folder: string, name: string): boolean {
  if (scope === undefined) return folder !== '' || !isServiceFolder(name);
  if (folder === '') return applicationServerFolder.test(name);
  const wanted = responseGroupFolders[folder.split('/').length - 1];
  return wanted === undefined || wanted === name;
}

export function isServiceFolder(name: string): boolean {
  return name === partialFolder || serviceFolder.test(name);
}

export function isBesideTemporary(name: string): boolean {
  return besideName.test(name);
}

export function isOwnTemporary(name: string): boolean {
  return ownName.test(name);
}

/** Relative path of one of our temporaries in our folder. */
export function ownTemporary(kind: 'copy' | 'undo', number: number): string {
  return `${partialFolder}/${kind}-${hexadecimal(number)}`;
}

/** Relative path of a temporary in the same folder as its target. */
export function besideTemporary(path: string, number: number): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}${partialFolder}-${hexadecimal(number)}`;
}

function hexadecimal(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** Folder part of a relative path; empty for the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Absolute place of a relative path that came from a directory listing or from the manifest. */
export function placeOf(root: string, path: string): string {
  if (path === '') return root;
  if (!staysInside(path)) throw outsideRoot(root, path);
  return `${root}/${path}`;
}

function staysInside(path: string): boolean {
  if (path.startsWith('/') || path.includes('\0')) return false;
  if (process.platform === 'win32' && /[\\:]/.test(path)) return false;
  return !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

/**
 * Checks that every folder above a path is a real directory, so that nothing is written through a symbolic link that was
 * put there. `checked` remembers folders already seen during one step.
 */
export function requireRealParents(fileSystem: FileSystem, root: string, path: string, checked: Set<string>): void {
  const parent = parentOf(path);
  if (parent === '' || checked.has(parent)) return;
  requireRealParents(fileSystem, root, parent, checked);
  const stats = fileSystem.lstatSync(placeOf(root, parent));
  if (stats.isSymbolicLink()) throw outsideRoot(root, parent);
  if (!stats.isDirectory()) throw Object.assign(new Error(`${parent} is not a folder`), { code: 'ENOTDIR' });
  checked.add(parent);
}

/** `slides.pptx` of pool `dallas.example` becomes `slides.conflict-dallas.example.pptx`, then `…-2.pptx`. */
export function conflictName(path: string, pool: string, attempt: number): string {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  const number = attempt > 1 ? `-${attempt}` : '';
  return `${path.slice(0, slash)}${stem}.conflict-${pool.replaceAll(/[^\w.-]/g, '_')}${number}${extension}`;
}

function outsideRoot(root: string, path: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'path-outside-root',
    kind: 'refused',
    object: path,
    message: `${JSON.stringify(path)} would lead out of the share directory ${root}, so nothing was written there.`,
    remedy: 'Replace the symbolic link in that path by a real folder, then run the synchronisation again.',
  });
}
