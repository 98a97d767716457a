/** Between the domain's offsets and the protocol's lines and characters: the only place that knows both. */
import {
  type CodeAction,
  CodeActionKind,
  DiagnosticSeverity,
  type Diagnostic as ProtocolDiagnostic,
  type Range as ProtocolRange,
  type TextEdit as ProtocolTextEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic, Fix, Range, Severity, TextEdit } from '../core/topology/diagnostics.ts';
import type { OpenDocument } from './documents.ts';

/** The name that editors show before a code. */
const diagnosticSource = 'lync-topology';

const severityNumbers: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toRange(text: TextDocument, range: Range): ProtocolRange {
  return { start: text.positionAt(range.start), end: text.positionAt(range.end) };
}

function toTextEdit(text: TextDocument, edit: TextEdit): ProtocolTextEdit {
  return { range: toRange(text, edit), newText: edit.text };
}

/** `documentationRoot` is the address below which the rule pages lie; without it a code carries no link. */
export function toDiagnostic(
  document: OpenDocument,
  diagnostic: Diagnostic,
  documentationRoot: string | undefined,
): ProtocolDiagnostic {
  const { text } = document;
  const related = diagnostic.related?.map((location) => ({
    location: { uri: document.uri, range: toRange(text, location.range) },
    message: location.message,
  }));
  return {
    range: toRange(text, diagnostic.range),
    severity: severityNumbers[diagnostic.severity],
    code: diagnostic.code,
    source: diagnosticSource,
    message: diagnostic.message,
    ...(documentationRoot === undefined
      ? {}
      : { codeDescription: { href: `${documentationRoot}/${diagnostic.documentation}` } }),
    ...(related === undefined || related.length === 0 ? {} : { relatedInformation: related }),
  };
}

/** `versioned`: the client refuses the edit when the text has changed since, instead of applying it in the wrong place. */
export function toQuickFix(
  document: OpenDocument,
  fix: Fix,
  solves: ProtocolDiagnostic,
  versioned: boolean,
): CodeAction {
  const edits = fix.edits.map((edit) => toTextEdit(document.text, edit));
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [solves],
    isPreferred: fix.preferred,
    edit: versioned
      ? { documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits }] }
      : { changes: { [document.uri]: edits } },
  };
}
