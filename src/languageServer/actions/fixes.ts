/** Fixes of findings: each on its own, all of one rule, all of the file; and comments that switch a rule off. */
import {
  CodeActionKind,
  CodeActionTriggerKind,
  type Diagnostic as ProtocolDiagnostic,
} from 'vscode-languageserver/node';
import type { Diagnostic, TextEdit } from '../../core/topology/diagnostics.ts';
import { fixAllEdits, preferredFix } from '../../core/topology/refactorings/fixAll.ts';
import { toDiagnostic } from '../convert.ts';
import { type Offer, type Question, wants } from './offer.ts';

/** For `editor.codeActionsOnSave`, where somebody wants ours and not those of others. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.lyncTopology`;

export interface QuickFixes {
  readonly offers: readonly Offer[];
  /** The last resort: they come last. */
  readonly comments: readonly Offer[];
}

/** What can be done about the findings that are asked about. */
export function quickFixes(question: Question): QuickFixes {
  const asked = askedAbout(question);
  const fixes = asked.flatMap(({ diagnostic, told }) => fixesOf(diagnostic, told));
  const comments = asked.flatMap(({ diagnostic, told }) => commentsFor(question, diagnostic, told));
  return { offers: [...distinct(fixes), ...fixesOfRules(question, asked)], comments: distinct(comments) };
}

/** A finding as we know it and as the client does. */
interface Asked {
  readonly diagnostic: Diagnostic;
  readonly told: ProtocolDiagnostic;
}

/** Those that the client names; where it names none of anybody, those at the place. */
function askedAbout({ document, range, context, client }: Question): readonly Asked[] {
  const near = document.topology.diagnostics.filter(
    ({ range: { start, end } }) => start <= range.end && end >= range.start,
  );
  const all = near.map((diagnostic) => ({ diagnostic, told: toDiagnostic(document, diagnostic, client) }));
  if (context.diagnostics.length === 0) return all;
  return all.flatMap(({ diagnostic, told }) => {
    const named = context.diagnostics.find((candidate) => isSame(candidate, told));
    return named === undefined ? [] : [{ diagnostic, told: named }];
  });
}

function isSame(one: ProtocolDiagnostic, other: ProtocolDiagnostic): boolean {
  const places = [one, other].map(({ range: { start, end } }) => [
    start.line,
    start.character,
    end.line,
    end.character,
  ]);
  return one.code === other.code && one.message === other.message && places[0]?.join() === places[1]?.join();
}

function fixesOf({ fixes = [] }: Diagnostic, told: ProtocolDiagnostic): readonly Offer[] {
  return fixes.map(({ title, edits, preferred }) => quickFix(title, edits, told, preferred));
}

function quickFix(title: string, edits: readonly TextEdit[], told: ProtocolDiagnostic, isPreferred: boolean): Offer {
  const make = (): readonly TextEdit[] => edits;
  return { title, kind: CodeActionKind.QuickFix, edits: { kind: 'known', make }, diagnostics: [told], isPreferred };
}

/** "Fix all" for each rule at the place of which more than one finding has one right answer. */
function fixesOfRules({ document }: Question, asked: readonly Asked[]): readonly Offer[] {
  const { topology } = document;
  const fixable = asked.filter(({ diagnostic }) => preferredFix(diagnostic) !== undefined);
  const codes = new Set(fixable.map(({ diagnostic }) => diagnostic.code));
  return [...codes].flatMap((code) => {
    const isOfRule = (diagnostic: Diagnostic): boolean => diagnostic.code === code;
    const all = topology.diagnostics.filter((found) => isOfRule(found) && preferredFix(found) !== undefined);
    if (all.length < 2) return [];
    return [
      {
        title: `Fix all ${code} in this file`,
        kind: CodeActionKind.QuickFix,
        edits: { kind: 'costly', make: () => fixAllEdits(topology, isOfRule) },
        diagnostics: fixable.filter(({ diagnostic }) => isOfRule(diagnostic)).map(({ told }) => told),
      },
    ];
  });
}

/**
 * Everything in the file that has one right answer: asked for by name, on save for instance, or by hand. Never worked out
 * for a cursor that moves.
 */
export function sourceActions({ document, context, mayBeLate }: Question): readonly Offer[] {
  const isByHand = mayBeLate && context.triggerKind !== CodeActionTriggerKind.Automatic;
  const isAsked = context.only !== undefined || isByHand;
  const { topology } = document;
  if (!isAsked || !wants(context, fixAllKind)) return [];
  if (!topology.diagnostics.some((diagnostic) => preferredFix(diagnostic) !== undefined)) return [];
  return [
    {
      title: 'Fix everything that has one right answer',
      kind: fixAllKind,
      edits: { kind: 'costly', make: () => fixAllEdits(topology) },
    },
  ];
}

function commentsFor({ document }: Question, diagnostic: Diagnostic, told: ProtocolDiagnostic): readonly Offer[] {
  const { line, nextLine } = document.topology.disableEdits(diagnostic);
  return [
    ...(line === undefined ? [] : [quickFix(`Switch ${diagnostic.code} off for this line`, [line], told, false)]),
    ...(nextLine === undefined
      ? []
      : [quickFix(`Switch ${diagnostic.code} off with a comment above`, [nextLine], told, false)]),
  ];
}

/** One of those that do the same: two findings of a rule on one line are switched off together. */
function distinct(offers: readonly Offer[]): readonly Offer[] {
  const seen = new Set<string>();
  return offers.filter(({ title, edits }) => {
    const key = JSON.stringify([title, edits.make()]);
    return !seen.has(key) && seen.add(key);
  });
}
