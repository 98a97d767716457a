/** Refactorings at a place. */
import { CodeActionKind } from 'vscode-languageserver/node';
import { refactoringsAt } from '../../core/topology/refactorings/all.ts';
import type { Offer, Question } from './offer.ts';

export function refactorings({ document, range }: Question): readonly Offer[] {
  return refactoringsAt(document.topology, range).map(({ title, edits }) => ({
    title,
    kind: CodeActionKind.RefactorRewrite,
    edits: { kind: 'costly', make: edits },
  }));
}
