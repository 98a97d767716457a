/** A stored file whose bytes change without anybody having written it: what a failing disk does. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LyncTopologyError } from '../../errors.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { contentFolder } from '../names.ts';
import { assertShareAvailable, shareError } from '../shareErrors.ts';
import type { FaultDefinition, FaultScene } from './kind.ts';
import { refuseMapped, sharesToBreak } from './shares.ts';
import { type FaultTarget, faultTarget, findFaultTarget } from './targets.ts';

const kind = 'corrupt';
/** As many bytes are inverted, from the middle of the file; all of a smaller file. */
const damaged = 16;

export const corrupt: FaultDefinition = {
  kind,
  step: (target) => ({
    title: `Damage a stored file of ${target}`,
    detail: `${damaged} bytes in its middle are inverted, and its time stays: as a failing disk does.`,
  }),
  inflict: (scene, name) => {
    const file = fileToDamage(scene, name);
    const damage = invert(file);
    scene.record.addFault(kind, file.unc, JSON.stringify(damage));
  },
  present: (scene) =>
    noted(scene)
      .filter(isStillDamaged)
      .map(({ fault, damage }) => ({
        ...fault,
        detail: `bytes ${damage.offset} to ${damage.offset + damage.after.length / 2 - 1} are inverted`,
      })),
  mend: (scene, name) => {
    const target = findFaultTarget(scene.deployment, name);
    const faults = noted(scene).filter(({ fault }) => fault.target.toLowerCase() === target?.name.toLowerCase());
    for (const each of faults) mendOne(scene, each);
    return faults.length > 0;
  },
  mendAll: (scene) => {
    for (const each of noted(scene)) mendOne(scene, each);
  },
};

interface StoredFile {
  readonly share: ShareLocation;
  /** `\\server\share\folder\file` */
  readonly unc: string;
  readonly path: string;
}

/** In hexadecimal digits. */
interface Damage {
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

interface NotedDamage {
  readonly fault: ReturnType<FaultScene['record']['faults']>[number];
  readonly file: StoredFile;
  readonly damage: Damage;
}

/** The file that is named, or the largest content file below what is. Throws `argument-invalid` when there is none. */
function fileToDamage(scene: FaultScene, name: string): StoredFile {
  const target = faultTarget(scene.deployment, name);
  if (target.kind === 'share') {
    const file = storedFile(scene, target);
    refuseMapped(file.share, target.name);
    assertShareAvailable(scene.dataDirectory, { ...file.share, folder: rootOf(scene, target) });
    assertInside(scene.dataDirectory.root, file.path);
    const stats = statSync(file.path, { throwIfNoEntry: false });
    if (stats?.isFile() === true && stats.size > 0) return file;
  }
  const shares =
    target.kind === 'share' ? [scene.dataDirectory.share(target.path)] : sharesToBreak(scene, name, 'corrupted');
  for (const share of shares) {
    const largest = largestFile(
      target.kind === 'share' ? share.folder : join(share.folder, ...contentFolder.split('/')),
    );
    if (largest === undefined) continue;
    const below = relative(share.folder, largest).split(sep).join('\\');
    return { share, unc: `${share.unc}\\${below}`, path: largest };
  }
  throw nothingToDamage(target.name);
}

/** The share itself, without what is named below it: that is what must be there. */
function rootOf({ dataDirectory }: FaultScene, target: Extract<FaultTarget, { kind: 'share' }>): string {
  return dataDirectory.share({ ...target.path, folder: '' }).folder;
}

function storedFile({ dataDirectory }: FaultScene, target: Extract<FaultTarget, { kind: 'share' }>): StoredFile {
  const share = dataDirectory.share(target.path);
  return { share, unc: target.name, path: share.folder };
}

function largestFile(folder: string): string | undefined {
  const files = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const sized = files
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, size: statSync(path).size }));
  const [largest] = sized.filter(({ size }) => size > 0).sort((left, right) => right.size - left.size);
  return largest?.path;
}

function invert(file: StoredFile): Damage {
  return withFile(file, (descriptor) => {
    const { size } = fstatSync(descriptor);
    const length = Math.min(damaged, size);
    const offset = Math.floor((size - length) / 2);
    const before = readAt(descriptor, offset, length);
    const after = before.map((byte) => byte ^ 0xff);
    writeSync(descriptor, after, 0, length, offset);
    return { offset, before: before.toString('hex'), after: Buffer.from(after).toString('hex') };
  });
}

/** A file that has been restored or written meanwhile is whole: it stays as it is. */
function mendOne(scene: FaultScene, each: NotedDamage): void {
  const { file, damage } = each;
  if (isStillDamaged(each)) {
    withFile(file, (descriptor) => {
      const bytes = Buffer.from(damage.before, 'hex');
      writeSync(descriptor, bytes, 0, bytes.length, damage.offset);
    });
  }
  scene.record.forgetFaults(kind, each.fault.target);
}

/** Read from the file now. */
function isStillDamaged({ file, damage }: NotedDamage): boolean {
  const stats = statSync(file.path, { throwIfNoEntry: false });
  const length = damage.after.length / 2;
  if (stats?.isFile() !== true || stats.size < damage.offset + length) return false;
  const descriptor = openSync(file.path, 'r');
  try {
    return readAt(descriptor, damage.offset, length).toString('hex') === damage.after;
  } finally {
    closeSync(descriptor);
  }
}

function noted(scene: FaultScene): readonly NotedDamage[] {
  return scene.record.faults(kind).flatMap((fault) => {
    const target = findFaultTarget(scene.deployment, fault.target);
    if (target?.kind !== 'share' || fault.detail === undefined) return [];
    const damage: Damage = JSON.parse(fault.detail);
    return [{ fault, file: storedFile(scene, target), damage }];
  });
}

/** The times of the file stay as they are: nobody wrote it. */
function withFile<T>(file: StoredFile, work: (descriptor: number) => T): T {
  try {
    const descriptor = openSync(file.path, 'r+');
    try {
      const { atime, mtime } = fstatSync(descriptor);
      const result = work(descriptor);
      futimesSync(descriptor, atime, mtime);
      fsyncSync(descriptor);
      return result;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw shareError(error, file.share, file.path);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, offset);
  return bytes;
}

function nothingToDamage(name: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: name,
    message: `There is nothing to corrupt: ${name} holds no file with content.`,
    remedy: 'Name a pool with conference content, or a file as \\\\server\\share\\folder\\file.',
  });
}
