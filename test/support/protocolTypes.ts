/**
 * Checks messages of the language server against the protocol's own types: each is written down as a TypeScript literal of its
 * type, and the compiler says which do not fit. What types cannot say (whole numbers, ranges the right way round) is looked at
 * here.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from 'vscode-languageserver-protocol/node';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';

/** Something that the server sent. */
export interface SentMessage {
  readonly kind: 'result' | 'notification' | 'request';
  /** That of the request which a result answers. */
  readonly method: string;
  readonly value: unknown;
}

/** A sentence for each message that is not of its type; a method without a type is one as well. */
export function mismatches(messages: readonly SentMessage[]): readonly string[] {
  const distinct = [...new Map(messages.map((message) => [JSON.stringify(message), message])).values()];
  return [...distinct.flatMap(oddNumbers), ...mismatchesOfType(distinct)];
}

/** Names of the exports that define a message, by method. */
const definitions: ReadonlyMap<string, string> = new Map(
  Object.entries(protocol).flatMap(([name, value]) => {
    const method = methodOf(value);
    return method === undefined ? [] : [[method, name]];
  }),
);

function methodOf(value: unknown): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('type' in value))
    return undefined;
  const { type } = value;
  return typeof type === 'object' && type !== null && 'method' in type ? String(type.method) : undefined;
}

/** Messages of our own beside the protocol, as the types that define them. */
const ownTypes: Readonly<Record<string, string>> = {
  'lyncTopology/summary': "import('../../src/languageServer/requests.ts').Summary | null",
};

const header = `import type * as protocol from 'vscode-languageserver-protocol/node';
type Result<T> = T extends protocol.ProtocolRequestType0<infer R, never, never, never> ? R
  : T extends { readonly _?: [infer _P, infer R, ...infer _X] } ? R : never;
type Parameters<T> = T extends { readonly _?: [infer P, ...infer _X] } ? P : never;
type OrNull<T> = [T] extends [void] ? null : T;
`;

function typeOf({ kind, method, value }: SentMessage): string | undefined {
  if (ownTypes[method] !== undefined) return ownTypes[method];
  if (method === '$/progress') return progressType(value);
  const name = definitions.get(method);
  if (name === undefined) return undefined;
  return `OrNull<${kind === 'result' ? 'Result' : 'Parameters'}<typeof protocol.${name}.type>>`;
}

/** What is in progress is known by its token, which a test names after the type. */
function progressType(value: unknown): string {
  const isWork =
    typeof value === 'object' && value !== null && 'token' in value && String(value.token).startsWith('work');
  const part = isWork
    ? 'protocol.WorkDoneProgressBegin | protocol.WorkDoneProgressReport | protocol.WorkDoneProgressEnd'
    : 'protocol.WorkspaceDiagnosticReportPartialResult';
  return `{ token: string; value: ${part} }`;
}

function mismatchesOfType(messages: readonly SentMessage[]): readonly string[] {
  const typed = messages.map((message) => ({ message, type: typeOf(message) }));
  const unknown = typed.filter(({ type }) => type === undefined).map(({ message }) => `No type for ${message.method}.`);
  const known = typed.filter(({ type }) => type !== undefined);
  const lines = known.map(({ message, type }, index) => `export const m${index}: ${type} = ${literal(message.value)};`);
  const complaints = compile(header + lines.join('\n'));
  const first = header.split('\n').length;
  return [...unknown, ...complaints.map(({ line, text }) => `${describe(known[line - first]?.message)}: ${text}`)];
}

/** JSON is nearly TypeScript; a response without a result means null. */
function literal(value: unknown): string {
  return JSON.stringify(value ?? null)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function describe(message: SentMessage | undefined): string {
  return message === undefined
    ? 'the checked file'
    : `${message.kind} of ${message.method} ${literal(message.value).slice(0, 300)}`;
}

interface Complaint {
  readonly line: number;
  readonly text: string;
}

function compile(source: string): readonly Complaint[] {
  const cache = join(projectFolder, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'protocol-'));
  try {
    writeFileSync(join(folder, 'messages.ts'), source);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['messages.ts'] }));
    return complaintsOf(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const compilerOptions = {
  target: 'es2023',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

function complaintsOf(folder: string): readonly Complaint[] {
  const compiler = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    return [];
  } catch (error) {
    const output =
      typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error);
    const found = [...output.matchAll(/\((\d+),\d+\): error (.*)/g)];
    if (found.length === 0) return [{ line: 0, text: output }];
    return found.map((match) => ({ line: Number(match[1]), text: match[2] ?? '' }));
  }
}

/** Numbers in the protocol are whole, and all but error codes not negative; a range ends where it starts or behind. */
function oddNumbers(message: SentMessage): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'number' && (!Number.isInteger(value) || value < 0))
      found.push(`${describe(message)}: ${value}`);
    if (typeof value !== 'object' || value === null) return;
    if (protocol.Range.is(value) && isBackwards(value)) found.push(`${describe(message)}: ${JSON.stringify(value)}`);
    for (const each of Object.values(value)) walk(each);
  };
  walk(message.value);
  return found;
}

function isBackwards({ start, end }: protocol.Range): boolean {
  return start.line > end.line || (start.line === end.line && start.character > end.character);
}
