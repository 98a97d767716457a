/** What parsing, shape and rules report, with places that stay true while the text around them moves. */
import type { RuleCode, Severity } from './diagnostics.ts';
import type { Place } from './syntax/nodes.ts';

export interface PlaceEdit {
  readonly place: Place;
  readonly text: string;
}

export interface FindingFix {
  readonly title: string;
  readonly edits: readonly PlaceEdit[];
  readonly preferred: boolean;
}

export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
}

/** What a check reports. Its places stay true while the text around them moves. */
export interface Finding {
  readonly code: RuleCode;
  readonly message: string;
  readonly place: Place;
  /** Milder than the rule's default. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly FindingFix[];
}

export type Report = (finding: Finding) => void;
