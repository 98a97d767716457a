/** The file shares of the two pools of the sample deployment, as they lie on disk. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Site = 'atl' | 'dal';

export function onShare(root: string, site: Site, path = ''): string {
  return join(root, `servers/${site}-fs-001.litwareinc.com/LyncShare`, path);
}

/** Below the folder of the conference content. */
export function inContent(root: string, site: Site, path = ''): string {
  return onShare(root, site, join('1-WebServices-1/CollabContent', path));
}

/** With the folders above it; `time` in seconds since 1970, for a file that has to look as if nobody had touched it. */
export function writeAt(place: string, text: string, time?: number): void {
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
  if (time !== undefined) utimesSync(place, time, time);
}
