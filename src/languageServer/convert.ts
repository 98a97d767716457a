/** Between the domain's offsets and the protocol's lines and characters: the only place that knows both. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as ProtocolDiagnostic,
  type TextEdit as ProtocolTextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Diagnostic, RuleCode, Severity, TextEdit } from '../core/topology/diagnostics.ts';
import type { Client } from './client.ts';
import type { OpenDocument } from './documents.ts';
import type { Text } from './text.ts';

/** The name that editors show before a code. */
const diagnosticSource = 'lync-topology';

const severityNumbers: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toTextEdit(text: Text, edit: TextEdit): ProtocolTextEdit {
  return { range: text.toRange(edit), newText: edit.text };
}

/** Edits of one document, as the client takes them. */
export function toWorkspaceEdit(
  document: OpenDocument,
  edits: readonly TextEdit[],
  { versionedEdits }: Client,
): WorkspaceEdit {
  const changes = edits.map((edit) => toTextEdit(document.text, edit));
  return versionedEdits
    ? { documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: changes }] }
    : { changes: { [document.uri]: changes } };
}

/** What of a text has no effect, and is shown faded. */
const unnecessary: ReadonlySet<RuleCode> = new Set<RuleCode>(['unused-disable-comment', 'duplicate-backup-module']);

/**
 * A diagnostic with what the client takes of it. `documentationRoot` is the address below which the rule pages lie; without it
 * a code carries no link.
 */
export function toDiagnostic(
  document: OpenDocument,
  diagnostic: Diagnostic,
  { shows }: Client,
  documentationRoot?: string,
): ProtocolDiagnostic {
  const { text } = document;
  const related = diagnostic.related?.map((location) => ({
    location: { uri: document.uri, range: text.toRange(location.range) },
    message: location.message,
  }));
  return {
    range: text.toRange(diagnostic.range),
    severity: severityNumbers[diagnostic.severity],
    code: diagnostic.code,
    source: diagnosticSource,
    message: diagnostic.message,
    ...(documentationRoot === undefined || !shows.codeDescription
      ? {}
      : { codeDescription: { href: `${documentationRoot}/${diagnostic.documentation}` } }),
    ...(shows.tags && unnecessary.has(diagnostic.code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(!shows.relatedInformation || related === undefined || related.length === 0
      ? {}
      : { relatedInformation: related }),
  };
}
