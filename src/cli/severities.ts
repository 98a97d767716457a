/** Severities of rules as they are given on the command line. */
import { formatList } from '../core/operations/amounts.ts';
import { didYouMean } from '../core/operations/nearest.ts';
import {
  isRuleCode,
  type RuleCode,
  ruleCodes,
  type Severity,
  type SeverityOverrides,
  severities,
} from '../core/topology/diagnostics.ts';
import { usage } from './usage.ts';

const choices = [...severities, 'off'] as const;

/** `rule=severity`, several of them with commas between. The last one for a rule counts. Throws `argument-invalid`. */
export function readSeverities(given: string | boolean | undefined): SeverityOverrides {
  const words = String(given ?? '').split(',');
  return Object.fromEntries(words.filter((word) => word.trim() !== '').map(readSeverity));
}

function readSeverity(word: string): readonly [RuleCode, Severity | 'off'] {
  const [name = '', value, ...more] = word.split('=').map((part) => part.trim());
  const code = name.toLowerCase();
  if (!isRuleCode(code)) {
    const remedy = didYouMean(name, ruleCodes, 'docs/rules/README.md lists the rules.');
    throw usage('argument-invalid', '--rule', `There is no rule ${name}.`, remedy);
  }
  const severity = choices.find((choice) => choice === value?.toLowerCase());
  if (severity !== undefined && more.length === 0) return [code, severity];
  throw usage(
    'argument-invalid',
    '--rule',
    value === undefined
      ? `--rule ${name} says no severity.`
      : `--rule ${word}: "${[value, ...more].join('=')}" is no severity.`,
    `Write ${code}= and one of ${formatList([...choices], 'or')}.`,
  );
}
