/** What rules depend on besides the text: the day, and the dates on which products leave support. */
import { defaultSupportEnds } from './supportEnds.ts';

/** What a caller may set; what it leaves out has a default. */
export interface RuleOptions {
  /** An ISO date, `2026-11-21`. Left out: the day on which the text is looked at. */
  readonly today?: string;
  /** Last days of support as ISO dates, by product, beside and before the usual ones. Names in any case. */
  readonly supportEnds?: Readonly<Record<string, string>>;
}

/** The options in force. The same object for as long as they are the same, so that rules may be skipped by it. */
export interface ResolvedRuleOptions {
  readonly today: string;
  /** By the product's name in lower case. */
  readonly supportEnds: ReadonlyMap<string, string>;
  /** What they were made from. */
  readonly given: RuleOptions;
}

/** The options in force now: those of before, where nothing changed and it is the same day. */
export function resolveRuleOptions(given: RuleOptions, before?: ResolvedRuleOptions): ResolvedRuleOptions {
  const today = given.today ?? dateOfNow();
  if (before !== undefined && before.given === given && before.today === today) return before;
  return { today, supportEnds: lowerNames(defaultSupportEnds, given.supportEnds ?? {}), given };
}

/** Only such dates can be compared as text; what else is written is passed over. */
const isoDate = /^\d{4}-\d\d-\d\d$/;

function lowerNames(...tables: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, string> {
  const dated = tables.flatMap(Object.entries<string>).filter(([, date]) => isoDate.test(date));
  return new Map(dated.map(([name, date]) => [name.toLowerCase(), date]));
}

/** The day where the product runs: whoever reads "support ended" looks at the calendar on the wall. */
function dateOfNow(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
