/** The forms that values of a topology file have: names, shares, SQL instances, time spans. */
import type { SqlInstance, UncPath } from './model.ts';

/** One label of a host name: letters, digits and hyphens, not at either end. */
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** A host name with or without its domain. */
export const hostPattern = new RegExp(`^(?=.{1,255}$)${label}(?:\\.${label})*$`);

/** A fully qualified domain name: two labels or more. */
export const fqdnPattern = new RegExp(`^(?=.{1,255}$)${label}(?:\\.${label})+$`);

/** `\\server\share`, optionally with folders; no folder may be `.` or `..`. */
export const uncPathPattern = new RegExp(
  `^\\\\\\\\${label}(?:\\.${label})*\\\\[^\\\\/:*?"<>|\\[\\]+=;,\\u0000-\\u001f]{1,80}` +
    `(?:\\\\(?!\\.{1,2}(?:\\\\|$))[^\\\\/:*?"<>|\\u0000-\\u001f]{1,255})*$`,
);

/** `server\INSTANCE`, or the server alone for its default instance. An instance name has 16 characters at most. */
export const sqlInstancePattern = new RegExp(`^${label}(?:\\.${label})*(?:\\\\[A-Za-z_#][A-Za-z0-9_$#]{0,15})?$`);

/** `hh:mm:ss`, optionally with days before and a fraction behind, as .NET writes it. */
export const timeSpanPattern = /^(?:(\d{1,8})\.)?([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,7}))?$/;

/** `hh:mm`, a time of day. */
export const timeOfDayPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Milliseconds, or undefined when the text is not a time span. */
export function parseTimeSpan(text: string): number | undefined {
  const match = timeSpanPattern.exec(text);
  if (match === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
}

/** `00:02:00`, with days where there are any: `1.00:00:00`. */
export function formatTimeSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor((seconds % 86_400) / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
    .map(two)
    .join(':');
  return days === 0 ? time : `${days}.${time}`;
}

export function parseSqlInstance(text: string): SqlInstance | undefined {
  if (!sqlInstancePattern.test(text)) return undefined;
  const [server = '', instance = ''] = text.split('\\');
  return { server, instance: /^mssqlserver$/i.test(instance) ? '' : instance };
}

export function parseUncPath(text: string): UncPath | undefined {
  if (!uncPathPattern.test(text)) return undefined;
  const [server = '', share = '', ...folders] = text.slice(2).split('\\');
  return { server, share, folder: folders.join('/') };
}
