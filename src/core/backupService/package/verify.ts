/** Reads a package through and says whether it is what was written, whole and nothing besides. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { throwIfCancelled } from '../../errors.ts';
import type { Progress } from '../../status.ts';
import { hashOf } from './copyHashed.ts';
import {
  contentFolderName,
  damaged,
  filesIn,
  manifestChecksumName,
  manifestName,
  type PackageManifest,
  readManifest,
} from './manifest.ts';

export interface VerifyRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

interface Part {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Throws `package-damaged`, naming the file and what is wrong with it. */
export async function verifyPackage(folder: string, run: VerifyRun): Promise<PackageManifest> {
  const manifest = readManifest(folder);
  const parts = partsOf(manifest);
  for (const { path, bytes } of parts) {
    const stats = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (stats === undefined) throw damaged(folder, path, 'is missing');
    if (!stats.isFile()) throw damaged(folder, path, 'is no file');
    if (stats.size !== bytes) throw damaged(folder, path, `has ${stats.size} bytes instead of ${bytes}`);
  }
  const known = new Set([manifestName, manifestChecksumName, ...parts.map(({ path }) => path)]);
  const foreign = filesIn(folder).find((path) => !known.has(path));
  if (foreign !== undefined) throw damaged(folder, foreign, 'does not belong to it');
  for (const [index, { path, sha256 }] of parts.entries()) {
    throwIfCancelled(run.signal, `The verification of ${folder}`);
    if ((await hashOf(join(folder, path), run.signal)).sha256 !== sha256) {
      throw damaged(folder, path, 'has other bytes than were written');
    }
    run.onProgress({ phase: 'verifying', done: index + 1, total: parts.length, unit: 'files' });
  }
  return manifest;
}

function partsOf(manifest: PackageManifest): readonly Part[] {
  return [
    ...manifest.tables.map(({ file, bytes, sha256 }) => ({ path: file, bytes, sha256 })),
    ...manifest.files.map(({ path, bytes, sha256 }) => ({ path: `${contentFolderName}/${path}`, bytes, sha256 })),
  ];
}
