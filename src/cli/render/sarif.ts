/** Diagnostics as SARIF 2.1.0, for code scanning. Section numbers are those of the standard. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  documentationOf,
  type Fix,
  type Range,
  type RuleCode,
  ruleCodes,
  type Severity,
  type SeverityOverrides,
} from '../../core/topology/diagnostics.ts';
import { ruleDefinition } from '../../core/topology/rules/all.ts';
import type { RuleDefinition } from '../../core/topology/rules/rule.ts';
import { type CheckedFile, isChecked, type UncheckedFile } from '../checkedFile.ts';
import { documentationFile } from './diagnostics.ts';

export interface SarifOptions {
  readonly version: string;
  readonly overrides: SeverityOverrides;
  /** The folder to which files are named relative. */
  readonly folder?: string;
}

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const satisfies Record<
  Severity,
  string
>;

/** What GitHub sorts alerts by. */
const problemSeverities = {
  error: 'error',
  warning: 'warning',
  information: 'recommendation',
  hint: 'recommendation',
} as const satisfies Record<Severity, string>;

/** Where relative addresses start; a report means the same wherever the files were checked out (3.14.14). */
const base = '%SRCROOT%';

export function sarifLog(files: readonly (CheckedFile | UncheckedFile)[], options: SarifOptions): unknown {
  const folder = options.folder ?? process.cwd();
  const checked = files.filter(isChecked);
  const results = checked.flatMap((file) => {
    const fingerprint = fingerprints(file);
    return file.diagnostics.map((diagnostic) => result(file, diagnostic, fingerprint(diagnostic), folder));
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lync Topology', semanticVersion: options.version, rules: ruleCodes.map(rule) } },
        automationDetails: { id: 'lync-topology/' },
        columnKind: 'utf16CodeUnits',
        newlineSequences: ['\r\n', '\n', '\r'],
        originalUriBaseIds: { [base]: { uri: folderAddress(folder) } },
        invocations: [invocation(files, options.overrides, folder)],
        artifacts: checked.map(({ file }) => ({ location: artifact(file, folder), encoding: 'utf-8' })),
        results,
      },
    ],
  };
}

function rule(code: RuleCode): unknown {
  const definition = ruleDefinition(code);
  if (definition === undefined) return { id: code };
  const { title, why, severity } = definition;
  const page = documentationFile(documentationOf(code));
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: help(definition, page?.file),
    ...(page !== undefined && { helpUri: page.url }),
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['topology'], precision: 'very-high', 'problem.severity': problemSeverities[severity] },
  };
}

/** What to know about a rule without the product at hand: its page, where the product has its pages. */
function help(definition: RuleDefinition, page: string | undefined): unknown {
  const text = `${definition.title}. ${definition.why}`;
  if (page === undefined) return { text };
  // The heading is shown already, and the list of rules is not at hand.
  const markdown = readFileSync(page, 'utf8')
    .replace(/^# .*\n+/, '')
    .replace(/\n\[All rules\]\(README\.md\)\n$/, '');
  return { text, markdown };
}

/** How the run went: severities that were set for it, and files that could not be read. */
function invocation(
  files: readonly (CheckedFile | UncheckedFile)[],
  overrides: SeverityOverrides,
  folder: string,
): unknown {
  const unchecked = files.flatMap((file) => (isChecked(file) ? [] : [file]));
  const changed = ruleCodes.flatMap((id, index) => {
    const severity = overrides[id];
    if (severity === undefined) return [];
    const configuration = severity === 'off' ? { enabled: false } : { enabled: true, level: levels[severity] };
    return [{ descriptor: { id, index }, configuration }];
  });
  return {
    executionSuccessful: unchecked.length === 0,
    ...(changed.length > 0 && { ruleConfigurationOverrides: changed }),
    ...(unchecked.length > 0 && {
      toolExecutionNotifications: unchecked.map(({ file, error }) => ({
        level: 'error',
        descriptor: { id: error.code },
        message: { text: `${error.message} ${error.remedy}` },
        locations: [{ physicalLocation: { artifactLocation: artifact(file, folder) } }],
      })),
    }),
  };
}

function result(file: CheckedFile, diagnostic: Diagnostic, fingerprint: string, folder: string): unknown {
  const { code, severity, message, range, related = [], fixes = [] } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: ruleCodes.indexOf(code),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(file, range, folder) }],
    // The second is the name under which GitHub looks for it.
    partialFingerprints: { 'lyncTopologyFinding/v1': fingerprint, primaryLocationLineHash: fingerprint },
    ...(related.length > 0 && {
      relatedLocations: related.map((place, index) => ({
        id: index + 1,
        message: { text: place.message },
        physicalLocation: physicalLocation(file, place.range, folder),
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => sarifFix(file, fix, folder)) }),
  };
}

function sarifFix(file: CheckedFile, fix: Fix, folder: string): unknown {
  const replacements = fix.edits.map((edit) => ({
    deletedRegion: region(file, edit),
    insertedContent: { text: edit.text },
  }));
  return {
    description: { text: fix.title },
    artifactChanges: [{ artifactLocation: artifact(file.file, folder), replacements }],
  };
}

/**
 * What makes a finding the same one after lines before it came or went: the rule and where in the topology it stands. The
 * first of several is number 1.
 */
function fingerprints(file: CheckedFile): (diagnostic: Diagnostic) => string {
  const seen = new Map<string, number>();
  return ({ code, range }) => {
    const path = file.topology.nodeAt(range.start)?.path ?? [file.lines.lineAt(range.start).text.trim()];
    const hash = createHash('sha256')
      .update(JSON.stringify([code, ...path]))
      .digest('hex')
      .slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  };
}

function physicalLocation(file: CheckedFile, range: Range, folder: string): unknown {
  return { artifactLocation: artifact(file.file, folder), region: region(file, range) };
}

/** Lines and columns count from 1; the end column is the one behind the range (3.30). */
function region({ lines }: CheckedFile, range: Range): unknown {
  const start = lines.positionAt(range.start);
  const end = lines.positionAt(range.end);
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
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: base };
}

function folderAddress(folder: string): string {
  const { href } = pathToFileURL(folder);
  return href.endsWith('/') ? href : `${href}/`;
}
