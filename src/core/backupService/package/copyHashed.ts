/** Copies and reads files with their SHA-256, a megabyte at a time, without holding up the engine. */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LyncTopologyError, throwIfCancelled } from '../../errors.ts';

const chunkBytes = 1_048_576;
const noFollow = constants.O_NOFOLLOW ?? 0;

export interface HashedCopy {
  readonly bytes: number;
  readonly sha256: string;
  readonly stats: Stats;
}

/** How often a file that changes while it is read is read again. */
const attempts = 5;

/** Throws `file-changed-while-read` when the source never stood still, and the system's errors. Never follows a link. */
export async function copyHashed(source: string, target: string, signal: AbortSignal): Promise<HashedCopy> {
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await using from = await open(source, constants.O_RDONLY | noFollow);
    await using to = await open(target, 'w', 0o600);
    const before = await from.stat();
    const { bytes, sha256 } = await passThrough(from, signal, source, (chunk) => writeAll(to, chunk));
    await to.sync();
    const stats = await from.stat();
    if (bytes === stats.size && before.mtimeMs === stats.mtimeMs && before.size === stats.size) {
      return { bytes, sha256, stats };
    }
  }
  throw new LyncTopologyError({
    code: 'file-changed-while-read',
    kind: 'failed',
    object: source,
    message: `${source} changed every time that it was read.`,
    remedy: 'Run it again when nobody writes to the file.',
  });
}

/** Reads a file to its end. */
export async function hashOf(
  file: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await using handle = await open(file, constants.O_RDONLY | noFollow);
  return await passThrough(handle, signal, file, async () => {});
}

async function passThrough(
  from: FileHandle,
  signal: AbortSignal,
  subject: string,
  take: (chunk: Uint8Array) => Promise<void>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const digest = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let bytes = 0;
  for (;;) {
    throwIfCancelled(signal, `Reading ${subject}`);
    const { bytesRead } = await from.read(buffer, 0, chunkBytes, bytes);
    if (bytesRead === 0) return { bytes, sha256: digest.digest('hex') };
    const chunk = buffer.subarray(0, bytesRead);
    digest.update(chunk);
    await take(chunk);
    bytes += bytesRead;
  }
}

async function writeAll(to: FileHandle, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.byteLength) {
    const { bytesWritten } = await to.write(chunk, done);
    done += bytesWritten;
  }
}
