/** Diagnostics as SARIF 2.1.0, for code scanning. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  documentationOf,
  type Range,
  ruleCodes,
  type Severity,
} from '../../core/topology/diagnostics.ts';
import { type CheckedFile, positionAt } from './diagnostics.ts';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const satisfies Record<
  Severity,
  string
>;

export function sarifLog(files: readonly CheckedFile[], version: string, folder = process.cwd()): unknown {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lync Topology', semanticVersion: version, rules: ruleCodes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SOURCE: { uri: `${pathToFileURL(folder).href}/` } },
        artifacts: files.map(({ file }) => ({ location: artifact(file, folder) })),
        results: files.flatMap((file) => file.diagnostics.map((diagnostic) => result(file, diagnostic, folder))),
      },
    ],
  };
}

function rule(code: Diagnostic['code']): unknown {
  return {
    id: code,
    shortDescription: { text: code.replaceAll('-', ' ') },
    properties: { documentation: documentationOf(code) },
  };
}

function result(file: CheckedFile, diagnostic: Diagnostic, folder: string): unknown {
  const related = diagnostic.related ?? [];
  const fix = diagnostic.fixes?.[0];
  return {
    ruleId: diagnostic.code,
    ruleIndex: ruleCodes.indexOf(diagnostic.code),
    level: levels[diagnostic.severity],
    message: { text: diagnostic.message },
    locations: [{ physicalLocation: physicalLocation(file, diagnostic.range, folder) }],
    ...(related.length > 0 && {
      relatedLocations: related.map(({ range, message }, id) => ({
        id,
        message: { text: message },
        physicalLocation: physicalLocation(file, range, folder),
      })),
    }),
    ...(fix !== undefined && {
      fixes: [
        {
          description: { text: fix.title },
          artifactChanges: [
            {
              artifactLocation: artifact(file.file, folder),
              replacements: fix.edits.map((edit) => ({
                deletedRegion: region(file.text, edit),
                insertedContent: { text: edit.text },
              })),
            },
          ],
        },
      ],
    }),
  };
}

function physicalLocation(file: CheckedFile, range: Range, folder: string): unknown {
  return { artifactLocation: artifact(file.file, folder), region: region(file.text, range) };
}

/** Lines and columns count from 1; the end column is the one behind the range. */
function region(text: string, range: Range): unknown {
  const start = positionAt(text, range.start);
  const end = positionAt(text, range.end);
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Relative to the folder where it lies below it, so that a report means the same on every machine. */
function artifact(file: string, folder: string): unknown {
  const path = relative(folder, resolve(folder, file));
  if (path.startsWith('..') || isAbsolute(path)) return { uri: pathToFileURL(resolve(folder, file)).href };
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'SOURCE' };
}
