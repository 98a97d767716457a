import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The version of the package, which lies one or two folders above this file in sources and bundle. */
export function productVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const { version } = readPackage(new URL(path, import.meta.url)) ?? {};
    if (version !== undefined) return version;
  }
  return '0.0.0';
}

const packageSchema = z.object({ name: z.literal('lync-topology'), version: z.string() });

function readPackage(file: URL): { readonly version: string } | undefined {
  try {
    return packageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
