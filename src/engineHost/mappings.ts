/**
 * Shares that lie in a folder of their own. What an owner of the data directory was given is recorded there and holds for
 * whoever comes next without saying anything: a forgotten `--map` must not turn a share into an empty folder.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { LyncTopologyError } from '../core/errors.ts';

/** Folders by UNC path; `none` ends what was recorded; nothing, or an empty record, leaves it as it is. */
export type GivenMappings = Readonly<Record<string, string>> | 'none' | undefined;

const recordSchema = z.record(z.string(), z.string());

/** What is said, or `undefined` when nothing is. */
export function givenMappings(given: GivenMappings): ReadonlyMap<string, string> | undefined {
  if (given === undefined) return undefined;
  if (given === 'none') return new Map();
  const entries = Object.entries(given);
  return entries.length === 0 ? undefined : new Map(entries);
}

/** What is in force, recorded. Only for the one who has the claim. */
export function settleMappings(dataDirectory: string, given: GivenMappings): ReadonlyMap<string, string> {
  const said = givenMappings(given);
  if (said === undefined) return recorded(dataDirectory);
  const file = recordFile(dataDirectory);
  if (said.size === 0) {
    rmSync(file, { force: true });
  } else {
    writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(said), undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return said;
}

function recorded(dataDirectory: string): ReadonlyMap<string, string> {
  const file = recordFile(dataDirectory);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw unreadable(file, error);
  }
  try {
    return new Map(Object.entries(recordSchema.parse(JSON.parse(text))));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): LyncTopologyError {
  return new LyncTopologyError(
    {
      code: 'data-directory-unusable',
      kind: 'failed',
      object: file,
      message: `The record of the mapped shares, ${file}, cannot be read.`,
      remedy: 'Give the mappings again with --map, or --map none when there are none.',
    },
    { cause },
  );
}

function recordFile(dataDirectory: string): string {
  return join(dataDirectory, 'mappings.json');
}
