/** Values with a form: what is wrong with one, and the spelling that was meant where it is plain. */
import type { RuleCode } from '../diagnostics.ts';
import type { Finding, FindingFix } from '../findings.ts';
import type { TreeNode } from '../syntax/nodes.ts';
import { parseTimeSpan, sqlInstancePattern, timeSpanPattern, uncPathPattern } from '../values.ts';
import { yamlText } from './values.ts';

export function formFinding(code: RuleCode, found: TreeNode, label: string): Finding {
  const written = found.kind === 'scalar' ? String(found.value) : '';
  const fix = fixFor(code, written, found);
  return { code, message: messageOf(code, written, label), place: found, ...(fix && { fixes: [fix] }) };
}

function messageOf(code: RuleCode, written: string, label: string): string {
  switch (code) {
    case 'invalid-fqdn':
      return `"${written}" is not a fully qualified domain name: letters, digits and hyphens, in parts separated by dots.`;
    case 'invalid-unc-path':
      return `"${written}" is not a share: write \\\\server\\share, optionally with folders.`;
    case 'invalid-sql-instance':
      return `"${written}" is not a SQL Server instance: write server\\INSTANCE, or the server alone for its default instance.`;
    case 'invalid-time-span':
      return `"${written}" is not a time for ${label}: write hh:mm:ss, with days before it where needed (1.00:00:00).`;
    case 'sync-interval-range':
      return `${written} is outside what the Backup Service accepts: 00:00:05 to 03:00:00.`;
    case 'interval-range':
      return `${written} is outside what ${label} accepts: 00:00:30 to 1.00:00:00.`;
    default:
      return `"${written}" is not possible for ${label}.`;
  }
}

function fixFor(code: RuleCode, written: string, found: TreeNode): FindingFix | undefined {
  const meant = meantBy(code, written);
  if (meant !== undefined) return change(meant, found, true);
  const limit = nearestLimit(code, written);
  return limit === undefined ? undefined : change(limit, found, false);
}

function change(text: string, found: TreeNode, preferred: boolean): FindingFix {
  return { title: `Change to ${text}`, edits: [{ place: found, text: yamlText(text) }], preferred };
}

/** The well-formed value that a badly written one can only mean. */
function meantBy(code: RuleCode, written: string): string | undefined {
  switch (code) {
    case 'invalid-unc-path':
      return when(uncPathPattern, `\\\\${separators(written).replace(/^\\+/, '').replace(/\\+$/, '')}`);
    case 'invalid-sql-instance':
      return when(sqlInstancePattern, separators(written).replace(/^\\+/, '').replace(/\\+$/, ''));
    case 'invalid-time-span':
      return when(timeSpanPattern, spelledOut(written));
    default:
      return undefined;
  }
}

function when(pattern: RegExp, candidate: string | undefined): string | undefined {
  return candidate !== undefined && pattern.test(candidate) ? candidate : undefined;
}

/** Slashes and doubled backslashes as the single backslash that was meant. */
function separators(written: string): string {
  return written.trim().replaceAll('/', '\\').replaceAll(/\\+/g, '\\');
}

/** `90 s`, `5min`, `2h` and `0:2:0` as time spans. */
function spelledOut(written: string): string | undefined {
  const parts = /^(\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(written.trim());
  if (parts !== null)
    return parts
      .slice(1)
      .map((part) => part.padStart(2, '0'))
      .join(':');
  const amount = /^(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)$/i.exec(written.trim());
  if (amount === null) return undefined;
  const unit = { s: 1, m: 60, h: 3600 }[amount[2]?.charAt(0).toLowerCase() ?? ''] ?? 0;
  return spanOf(Number(amount[1]) * unit);
}

function spanOf(seconds: number): string | undefined {
  if (seconds >= 86_400) return undefined;
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function nearestLimit(code: RuleCode, written: string): string | undefined {
  const limits = { 'sync-interval-range': ['00:00:05', '03:00:00'], 'interval-range': ['00:00:30', '1.00:00:00'] };
  if (code !== 'sync-interval-range' && code !== 'interval-range') return undefined;
  const [least = '', most = ''] = limits[code];
  return (parseTimeSpan(written) ?? 0) < (parseTimeSpan(least) ?? 0) ? least : most;
}
