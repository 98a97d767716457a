/**
 * What a backup package is: a folder with `manifest.json`, which lists every file of the package with its size and SHA-256,
 * `manifest.sha256`, which vouches for the list, the rows of each table as lines of JSON, and the files of the pool's share
 * below `content`. `sha256sum -c manifest.sha256` checks the list without this product.
 */
import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type ErrorInformation, LyncTopologyError } from '../../errors.ts';

export const manifestName = 'manifest.json';
export const manifestChecksumName = 'manifest.sha256';
export const contentFolderName = 'content';

const relativePath = z.string().refine((path) => !/(?:^|\/)\.{0,2}(?:\/|$)|\0|^\/|\\/.test(path));
const checksum = z.string().regex(/^[0-9a-f]{64}$/);

const packageManifestSchema = z.strictObject({
  format: z.literal(1),
  /** FQDN of the pool whose data it is. */
  pool: z.string(),
  createdAt: z.string(),
  kind: z.enum(['FullBackup', 'SteadyState']),
  modules: z.array(z.string()),
  tables: z.array(
    z.strictObject({
      database: z.string(),
      table: z.string(),
      columns: z.array(z.string()),
      rows: z.int().min(0),
      /** Relative to the package. */
      file: relativePath,
      bytes: z.int().min(0),
      sha256: checksum,
    }),
  ),
  /** Relative to the share. */
  files: z.array(
    z.strictObject({
      path: relativePath,
      bytes: z.int().min(0),
      sha256: checksum,
      mtimeUs: z.number(),
      mode: z.int(),
    }),
  ),
  folders: z.array(z.strictObject({ path: relativePath, mtimeUs: z.number(), mode: z.int() })),
});
export type PackageManifest = z.infer<typeof packageManifestSchema>;
export type PackagedTable = PackageManifest['tables'][number];
export type PackagedFile = PackageManifest['files'][number];

/** The two files of a manifest. */
export function manifestFiles(manifest: PackageManifest): readonly (readonly [name: string, text: string])[] {
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  return [
    [manifestName, text],
    [manifestChecksumName, `${hash('sha256', text)}  ${manifestName}\n`],
  ];
}

/** Throws `package-damaged`, naming what is wrong with the list itself. */
export function readManifest(folder: string): PackageManifest {
  const text = readPart(folder, manifestName);
  const [expected] = readPart(folder, manifestChecksumName).split(' ');
  if (expected !== hash('sha256', text)) throw damaged(folder, manifestName, 'is not what was written');
  const parsed = packageManifestSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw damaged(folder, manifestName, 'was written by another version');
  return parsed.data;
}

/** Every regular file of the package, relative to it, with `/`. */
export function filesIn(folder: string): readonly string[] {
  const found: string[] = [];
  const folders = [''];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const name of readdirSync(join(folder, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      if (lstatSync(join(folder, path)).isDirectory()) folders.push(path);
      else found.push(path);
    }
  }
  return found;
}

export function damaged(folder: string, path: string, what: string): LyncTopologyError {
  return new LyncTopologyError(damage(folder, path, what));
}

function damage(folder: string, path: string, what: string): ErrorInformation {
  return {
    code: 'package-damaged',
    kind: 'refused',
    object: path,
    message: `The backup package ${folder} is damaged: ${path} ${what}.`,
    remedy: 'Take another copy of the package, or an older package. Nothing was changed.',
  };
}

function readPart(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw damaged(folder, name, code === 'ENOENT' ? 'is missing' : `cannot be read (${String(code)})`);
  }
}
