/**
 * A topology file as it is edited: text in, diagnostics, model and positions out.
 *
 * What one edit costs follows from what it touches. The result never depends on the way to it: a document that was edited
 * says exactly what a document that was opened with the same text says.
 */
import { type Analysis, analyse } from './analysis.ts';
import type { Diagnostic, Range, RuleCode, SeverityOverrides } from './diagnostics.ts';
import { type DisableEdits, disableEdits } from './disableComments.ts';
import type { Deployment } from './model.ts';
import { presentFindings } from './present.ts';
import { type CursorContext, cursorAt } from './queries/cursor.ts';
import { cursorStart } from './queries/cursorStart.ts';
import { positionAt, rangeOfPath, type TreePath, type TreePosition } from './queries/positions.ts';
import type { Suggestions } from './queries/suggestion.ts';
import { suggestionsAt } from './queries/suggestions.ts';
import type { SymbolKind, SymbolOccurrence } from './queries/symbolKinds.ts';
import { symbolAt, symbolOccurrences } from './queries/symbols.ts';
import { type BuiltDeployment, buildDeployment } from './resolved/deployment.ts';
import type { Topology } from './resolved/topology.ts';
import { type ResolvedRuleOptions, type RuleOptions, resolveRuleOptions } from './rules/ruleOptions.ts';
import { cut, recut, type Segment } from './syntax/segments.ts';
import { growTree, type Tree } from './syntax/tree.ts';

/** Replaces the text from `start` to `end` (UTF-16 offsets into the text as the change before it left it). */
export interface TextChange extends Range {
  readonly text: string;
}

export interface TopologyDocumentOptions {
  readonly severities?: SeverityOverrides;
  readonly rules?: RuleOptions;
}

/** Codes that mean that something written could not be understood, whatever severity the settings give them. */
const shapeCodes: ReadonlySet<RuleCode> = new Set<RuleCode>([
  'yaml-syntax',
  'missing-key',
  'wrong-type',
  'invalid-value',
  'invalid-fqdn',
  'invalid-unc-path',
  'invalid-sql-instance',
  'invalid-time-span',
]);

export class TopologyDocument {
  #text: string;
  #severities: SeverityOverrides;
  #rules: RuleOptions;
  #resolvedRules: ResolvedRuleOptions | undefined;
  #segments: readonly Segment[];
  #tree: Tree | undefined;
  #analysis: Analysis | undefined;
  #analysedTree: Tree | undefined;
  #diagnostics: readonly Diagnostic[] | undefined;
  #built: BuiltDeployment | undefined;

  private constructor(text: string, options: TopologyDocumentOptions) {
    this.#text = text;
    this.#segments = cut(text);
    this.#severities = options.severities ?? {};
    this.#rules = options.rules ?? {};
  }

  static open(text: string, options: TopologyDocumentOptions = {}): TopologyDocument {
    return new TopologyDocument(text, options);
  }

  /** Another document with the same text and settings, to try something on. */
  fork(): TopologyDocument {
    return new TopologyDocument(this.#text, { severities: this.#severities, rules: this.#rules });
  }

  get text(): string {
    return this.#text;
  }

  /** Applies changes one after the other, as an editor sends them. Offsets outside the text are taken as its ends. */
  update(changes: readonly TextChange[]): void {
    for (const change of changes) {
      const start = Math.min(Math.max(change.start, 0), this.#text.length);
      const end = Math.min(Math.max(change.end, start), this.#text.length);
      const before = this.#text;
      this.#text = before.slice(0, start) + change.text + before.slice(end);
      this.#segments = recut(this.#text, this.#segments, { start, end, length: change.text.length }, before);
    }
    this.#tree = undefined;
    this.#forget();
  }

  /** Other severities, from the settings. */
  setSeverities(severities: SeverityOverrides): void {
    this.#severities = severities;
    this.#forget();
  }

  /** Other options of rules, from the settings: the day, and when products leave support. */
  setRuleOptions(options: RuleOptions): void {
    this.#rules = options;
    this.#analysedTree = undefined;
    this.#forget();
  }

  /** Everything there is to say about the text, in the order of the text. */
  get diagnostics(): readonly Diagnostic[] {
    this.#diagnostics ??= presentFindings(
      [...this.tree.findings, ...this.#analysed().findings],
      this.#severities,
      this.#segments.some((segment) => segment.suppresses) ? { text: this.#text, segments: this.#segments } : undefined,
    );
    return this.#diagnostics;
  }

  /** The deployment as far as it is understood. */
  get deployment(): Deployment {
    this.#built ??= buildDeployment(this.topology);
    return this.#built.deployment;
  }

  /**
   * Whether the deployment may be acted upon: nothing of it was left out because it was not understood, and nothing in
   * the text is an error under the severities in force.
   */
  get operable(): boolean {
    this.#built ??= buildDeployment(this.topology);
    if (!this.#built.complete) return false;
    const understood = [...this.tree.findings, ...this.#analysed().findings].every(({ code }) => !shapeCodes.has(code));
    return understood && this.diagnostics.every((diagnostic) => diagnostic.severity !== 'error');
  }

  /** The resolved graph with the places of everything in it. */
  get topology(): Topology {
    return this.#analysed().topology;
  }

  /** The parsed tree. */
  get tree(): Tree {
    this.#tree ??= growTree(this.#segments);
    return this.#tree;
  }

  /** The innermost key or value at an offset. */
  nodeAt(offset: number): TreePosition | undefined {
    return positionAt(this.tree.root, offset);
  }

  /** Where the thing under a path is named: its key, or the item of a list. */
  rangeOf(...path: TreePath): Range | undefined {
    return rangeOfPath(this.tree.root, path);
  }

  /** The name at an offset: what kind of thing it names, and whether it is defined or used here. */
  symbolAt(offset: number): SymbolOccurrence | undefined {
    return symbolAt(this.tree.root, offset);
  }

  /** Every definition and use of names of a kind, or of one name, in the order of the text. */
  occurrencesOf(kind: SymbolKind, name?: string): readonly SymbolOccurrence[] {
    return symbolOccurrences(this.tree.root, kind, name);
  }

  /** Whether a key or a value is due at an offset, and in what. */
  cursorAt(offset: number): CursorContext | undefined {
    const start = cursorStart(this.tree.segments, offset);
    return start === undefined ? undefined : cursorAt(this.#text, offset, start);
  }

  /** What may be written at an offset. */
  suggestionsAt(offset: number): Suggestions | undefined {
    return suggestionsAt(this, offset);
  }

  /** What is written to switch the rule of a diagnostic off for its line. */
  disableEdits(diagnostic: Pick<Diagnostic, 'code' | 'range'>): DisableEdits {
    return disableEdits({ text: this.#text, segments: this.#segments }, diagnostic);
  }

  #analysed(): Analysis {
    const { tree } = this;
    if (this.#analysis === undefined || this.#analysedTree !== tree) {
      this.#resolvedRules = resolveRuleOptions(this.#rules, this.#resolvedRules);
      this.#analysis = analyse(tree, this.#resolvedRules, this.#analysis);
      this.#analysedTree = tree;
    }
    return this.#analysis;
  }

  #forget(): void {
    this.#diagnostics = undefined;
    this.#built = undefined;
  }
}

export interface ReadTopology {
  readonly deployment: Deployment;
  readonly diagnostics: readonly Diagnostic[];
  /** See {@link TopologyDocument.operable}. */
  readonly operable: boolean;
}

/** Reads a topology once, for engine and command line. Never throws: what is wrong is in the diagnostics. */
export function readTopology(text: string, options: TopologyDocumentOptions = {}): ReadTopology {
  const document = TopologyDocument.open(text, options);
  return { deployment: document.deployment, diagnostics: document.diagnostics, operable: document.operable };
}
