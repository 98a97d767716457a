/** `-Report`: what a cmdlet did, as one HTML page in a file that the operator names. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { htmlPage } from '../drills/html.ts';
import type { Section } from '../drills/sections.ts';
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { precondition } from './plans.ts';

/** The parameter: surfaces make the path a full one, because the engine may run in another folder. */
export const reportFile = z
  .string()
  .refine(isAbsolute, { error: 'the full path of a file is needed' })
  .optional()
  .meta(
    meta({
      description: 'Writes what was done as an HTML page to this file, replacing it.',
      placeholder: 'FILE',
      path: true,
    }),
  );

/** Whether the page can be written, found out before anything else is done; nothing without `-Report`. */
export function reportPreconditions(file: string | undefined): readonly Precondition[] {
  if (file === undefined) return [];
  const statement = `The report can be written to ${file}`;
  const refusal = refusalOf(file);
  if (refusal === undefined) return [{ statement, met: true, evidence: `${dirname(file)} takes files.` }];
  return [precondition(statement, false, refusal.message, () => refusal)];
}

/** Writes the page under its name when it is whole; does nothing without a file. Throws `report-unwritable`. */
export function writeHtmlReport(file: string | undefined, title: string, sections: readonly Section[]): void {
  if (file === undefined) return;
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    writeFileSync(temporary, htmlPage(title, sections), { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new LyncTopologyError(unwritable(file, causeOf(error), 'failed'), { cause: error });
  }
}

function refusalOf(file: string): ErrorInformation | undefined {
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
    if (!statSync(dirname(file)).isDirectory()) return unwritable(file, noFolder, 'refused');
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
      return unwritable(file, 'it is no file', 'refused');
    return undefined;
  } catch (error) {
    return unwritable(file, causeOf(error), 'refused');
  }
}

function unwritable(file: string, cause: string, kind: 'refused' | 'failed'): ErrorInformation {
  return {
    code: 'report-unwritable',
    kind,
    object: file,
    message: `The report cannot be written to ${file}: ${cause}.`,
    remedy: 'Name a file in a folder that exists and that you may write to.',
  };
}

const noFolder = 'its folder does not exist';

const causes: Readonly<Record<string, string>> = {
  EACCES: 'its folder does not let you',
  EPERM: 'its folder does not let you',
  EROFS: 'its disk is read-only',
  ENOENT: noFolder,
  ENOTDIR: noFolder,
  ENOSPC: 'its disk is full',
};

function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return causes[code] ?? code;
}
