import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './folderLock.mjs';
import { cacheFolder, projectFolder, tell } from './project.mjs';
import { runOnNode24 } from './runOnNode24.mjs';

/** `scripts/build.ts` writes it when every bundle is written; its time is that of the start of the build. */
const stampFile = join(projectFolder, 'dist', '.built');
const sources = ['src', 'package.json', 'package-lock.json', 'scripts/build.ts'];

/**
 * Builds `dist/` if a source is newer than it. Returns the exit status of the build, 0 where none was needed.
 *
 * @returns {Promise<number>}
 */
export async function buildIfStale() {
  if (isFresh()) return 0;
  return withLock(
    join(cacheFolder, 'build.lock'),
    (holder) => tell(`Waiting for process ${holder}, which is building …`),
    async () =>
      isFresh() ? 0 : runOnNode24(['scripts/build.ts'], { cwd: projectFolder, standardOutput: 'toStandardError' }),
  );
}

function isFresh() {
  try {
    const built = statSync(stampFile).mtimeMs;
    return sources.every((path) => newest(join(projectFolder, path)) <= built);
  } catch {
    return false;
  }
}

/**
 * Folders count too: a deleted or renamed file shows in the time of its folder alone.
 *
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), found.mtimeMs);
}
