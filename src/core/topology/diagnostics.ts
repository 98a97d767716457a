/** What the product says about a topology file: closed set of codes, severities, and the form of a diagnostic. */

export const severities = ['error', 'warning', 'information', 'hint'] as const;
/** From the gravest to the mildest. */
export type Severity = (typeof severities)[number];

/** The closed set of rule codes. Each has a definition in `rules/` and a page `docs/rules/<code>.md`. */
export const ruleCodes = [
  'yaml-syntax',
  'unknown-key',
  'missing-key',
  'wrong-type',
  'invalid-value',
  'invalid-fqdn',
  'invalid-unc-path',
  'invalid-sql-instance',
  'invalid-time-span',
  'sync-interval-range',
  'interval-range',
  'undefined-reference',
  'pair-needs-two-pools',
  'pair-with-itself',
  'pool-in-two-pairs',
  'pair-edition-mismatch',
  'pair-release-mismatch',
  'pair-director',
  'pair-hosting-mismatch',
  'pair-operating-system-mismatch',
  'pair-availability-mismatch',
  'pair-same-site',
  'pair-capacity',
  'pair-same-file-share',
  'pair-same-sql-server',
  'unpaired-pool',
  'unknown-backup-module',
  'backup-module-release',
  'cms-module-without-cms',
  'cms-module-missing',
  'duplicate-backup-module',
  'two-active-central-management',
  'no-active-central-management',
  'cms-standby-missing',
  'cms-standby-misplaced',
  'cms-database-without-cms',
  'mirror-same-instance',
  'mirror-on-same-server',
  'witness-on-partner-server',
  'witness-without-mirror',
  'mirror-version-mismatch',
  'mirror-edition-mismatch',
  'mirror-domain-mismatch',
  'mirror-release',
  'mirror-without-witness',
  'mirror-incomplete-set',
  'front-end-count',
  'front-end-quorum',
  'front-end-in-two-pools',
  'standard-edition-shape',
  'availability-group-release',
  'availability-group-edition',
  'availability-group-with-mirror',
  'availability-group-listener',
  'availability-group-primary-not-listener',
  'availability-group-replicas',
  'availability-group-commit-mode',
  'availability-group-instance-name',
  'availability-group-domain',
  'availability-group-cross-site',
  'availability-group-incomplete',
  'availability-group-persistent-chat',
  'sql-version-release',
  'operating-system-release',
  'tri-coexistence',
  'se-with-older-release',
  'rgs-backup-global',
  'out-of-support',
  'database-collation-of-types',
  'edge-next-hop-unpaired',
  'persistent-chat-server-count',
  'persistent-chat-active-count',
  'persistent-chat-active-site',
  'persistent-chat-no-secondary',
  'persistent-chat-release',
  'persistent-chat-collocated',
  'persistent-chat-domain',
  'persistent-chat-secondary-server',
  'backup-mirror-without-backup',
  'log-shipping-share-missing',
  'log-shipping-share-is-file-share',
  'replica-host-same',
  'extended-replica-without-replica',
  'replica-disk-duplicate',
  'auto-resynchronize-window',
  'admin-role-unknown-cmdlet',
  'admin-role-unknown-template',
  'objective-below-sync-interval',
  'unused-disable-comment',
] as const;
export type RuleCode = (typeof ruleCodes)[number];

/** Offsets in UTF-16 code units from the start of the text; `end` is the first offset behind the range. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Replaces the text of the range. */
export interface TextEdit extends Range {
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** There is one right answer and this is it: safe to apply on save. */
  readonly preferred: boolean;
}

export interface RelatedLocation {
  readonly range: Range;
  readonly message: string;
}

export interface Diagnostic {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly related?: readonly RelatedLocation[];
  readonly fixes?: readonly Fix[];
  /** Path of the rule's page in the product, `docs/rules/<code>.md`. */
  readonly documentation: string;
}

/** Severity by rule, from the settings. A finding that a rule reports milder than its default is never raised. */
export type SeverityOverrides = Readonly<Partial<Record<RuleCode, Severity | 'off'>>>;

export function isRuleCode(text: string): text is RuleCode {
  return (ruleCodes as readonly string[]).includes(text);
}

/** Where the page of a rule lies, relative to the product's root. */
export function documentationOf(code: RuleCode): string {
  return `docs/rules/${code}.md`;
}
