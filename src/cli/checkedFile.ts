/** A topology file and what is said about it, with the editor's positions. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type ErrorInformation, errorInformation } from '../core/errors.ts';
import type { Diagnostic, Range, SeverityOverrides } from '../core/topology/diagnostics.ts';
import { TopologyDocument } from '../core/topology/document.ts';
import { decodeTopologyText, readTopologyText } from '../engineHost/topologyFile.ts';

export interface CheckedFile {
  /** As it was named. */
  readonly file: string;
  readonly topology: TopologyDocument;
  readonly diagnostics: readonly Diagnostic[];
  readonly lines: Lines;
}

export interface UncheckedFile {
  readonly file: string;
  /** Why it could not be read. */
  readonly error: ErrorInformation;
}

/** Line and character, both from 0; characters are UTF-16 code units, as in editors. */
export interface LinePosition {
  readonly line: number;
  readonly character: number;
}

/** The lines of a text, as the language server counts them: each of CR LF, LF and CR ends one. */
export interface Lines {
  positionAt(offset: number): LinePosition;
  /** The line at an offset without what ends it, and where it starts. */
  lineAt(offset: number): { readonly start: number; readonly text: string };
}

/** Checks a file of the file system. Never throws: what cannot be read is said in the result. */
export function checkFile(file: string, severities: SeverityOverrides): CheckedFile | UncheckedFile {
  return check(file, () => readTopologyText(file), severities);
}

/** Checks what arrived on standard input, under the name that it goes by. */
export function checkBytes(
  file: string,
  bytes: Uint8Array,
  severities: SeverityOverrides,
): CheckedFile | UncheckedFile {
  return check(file, () => decodeTopologyText(file, bytes), severities);
}

export function isChecked(file: CheckedFile | UncheckedFile): file is CheckedFile {
  return 'diagnostics' in file;
}

export function startOf({ lines }: CheckedFile, range: Range): LinePosition {
  return lines.positionAt(range.start);
}

function check(file: string, read: () => string, severities: SeverityOverrides): CheckedFile | UncheckedFile {
  let text: string;
  try {
    text = read();
  } catch (error) {
    return { file, error: errorInformation(error, file) };
  }
  const topology = TopologyDocument.open(text, { severities });
  return { file, topology, diagnostics: topology.diagnostics, lines: createLines(text) };
}

export function createLines(text: string): Lines {
  const document = TextDocument.create('', '', 0, text);
  return {
    positionAt: (offset) => document.positionAt(offset),
    lineAt: (offset) => {
      const { line } = document.positionAt(offset);
      const start = document.offsetAt({ line, character: 0 });
      const end = document.offsetAt({ line: line + 1, character: 0 });
      return { start, text: text.slice(start, end).replace(/[\r\n]+$/, '') };
    },
  };
}
