/**
 * Small files beside the disks that say how things stand. They lie with what they speak of, so that they are true of it
 * whichever engine looks, and are lost only together with it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFully } from '../../backupService/content/fileContents.ts';
import { type FileSystem, flushDirectory } from '../../backupService/content/fileSystem.ts';

/** Stamps of the disks by name when both sides were last the same. */
const recordSchema = z.object({
  at: z.string(),
  disks: z.record(z.string(), z.object({ source: z.string(), target: z.string() })),
});
export type SynchronizedRecord = z.infer<typeof recordSchema>;

/** `undefined` when there is none, or it cannot be understood: then nobody knows that the disks are the same. */
export function readRecord(file: string): SynchronizedRecord | undefined {
  return readJson(file, recordSchema);
}

const mergeSchema = z.object({ sources: z.record(z.string(), z.string()) });

/** The stamps of the primary's disks whose state is being merged. */
export function readMergeMark(file: string): z.infer<typeof mergeSchema> | undefined {
  return readJson(file, mergeSchema);
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The old or the new content is there afterwards, whatever happens; the new one is durable when this returns. */
export function writeDurably(fileSystem: FileSystem, file: string, content: unknown): void {
  const aside = `${file}.new`;
  const descriptor = fileSystem.openSync(aside, 'w', 0o600);
  try {
    writeFully(fileSystem, descriptor, Buffer.from(JSON.stringify(content)), 0);
    fileSystem.fsyncSync(descriptor);
  } finally {
    fileSystem.closeSync(descriptor);
  }
  fileSystem.renameSync(aside, file);
  flushDirectory(fileSystem, dirname(file));
}

export function removeDurably(fileSystem: FileSystem, file: string): void {
  if (!existsSync(file)) return;
  fileSystem.unlinkSync(file);
  flushDirectory(fileSystem, dirname(file));
}

/** A mark that need not survive anything. */
export function setMark(file: string, there: boolean): void {
  if (there) writeFileSync(file, '');
  else rmSync(file, { force: true });
}
