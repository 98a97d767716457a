/** What clients do with the content of their meetings: they upload files, change them, and now and then delete one. */
import { createHash } from 'node:crypto';
import type { ContentChange } from '../contentChanges.ts';
import { createRandom, fillWithRandomBytes } from '../random.ts';

const folders = 4;
const largest = 8_192;

/** Changes without end, the same for the same name. Two names never touch the same file. */
export function* contentUploads(home: string, name: string): Generator<ContentChange, never, undefined> {
  const random = createRandom(name);
  const files: string[] = [];
  for (let number = 1; ; number += 1) {
    const dice = random.next();
    const known = files.length === 0 ? undefined : files[random.integer(0, files.length - 1)];
    if (known !== undefined && dice < 0.05) {
      files.splice(files.indexOf(known), 1);
      yield { home, path: known, bytes: null };
      continue;
    }
    const path = known !== undefined && dice < 0.3 ? known : `${name}-${random.integer(1, folders)}/file-${number}.bin`;
    if (path !== known) files.push(path);
    const bytes = Buffer.alloc(random.integer(1, largest));
    fillWithRandomBytes(bytes, `${name}/${number}`);
    yield { home, path, bytes };
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
