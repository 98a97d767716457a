/**
 * What a client may tell the server: at the start as `initializationOptions`, later with `workspace/didChangeConfiguration`
 * or as the answer to `workspace/configuration`. Below the section `lyncTopology` or as that section itself.
 */
import * as z from 'zod/mini';
import { isRuleCode, type SeverityOverrides, severities } from '../core/topology/diagnostics.ts';

/** The section of an editor's settings that is ours. */
export const settingsSection = 'lyncTopology';

export interface ClientSettings {
  /** `diagnostics.severity`: severity by rule. */
  readonly severities: SeverityOverrides;
  /** `diagnostics.supportEnds`: the day, as `2026-10-13`, on which the support of a product ends, by its name. */
  readonly supportEnds: Readonly<Record<string, string>>;
  /** `inlayHints`: whether what the file leaves out is shown in it. */
  readonly inlayHints: boolean;
  /** `shareMappings`: folder of this machine by UNC path. */
  readonly shareMappings: Readonly<Record<string, string>>;
  /** Address of the folder that holds `docs/`, without a slash at its end. */
  readonly documentationRoot?: string;
}

export interface ReadSettings {
  readonly settings: ClientSettings;
  /** A sentence for each value that was passed over because it is not of the right form. */
  readonly passedOver: readonly string[];
}

/**
 * Reads settings from several sources, the last one being the strongest. A value that is not of the right form is passed over
 * on its own: a wrong setting must not cost anybody the diagnostics, or the other settings.
 */
export function readClientSettings(...sources: readonly unknown[]): ReadSettings {
  const passedOver: string[] = [];
  const read = sources.map((source) => readSource(sectionOf(source), (sentence) => passedOver.push(sentence)));
  return { settings: Object.assign({}, defaults, ...read), passedOver };
}

const defaults: ClientSettings = { severities: {}, supportEnds: {}, inlayHints: true, shareMappings: {} };

type Refuse = (sentence: string) => void;

const severity = z.enum([...severities, 'off']);
const day = z.iso.date();
const text = z.string();

function readSource(section: Readonly<Record<string, unknown>>, refuse: Refuse): Partial<ClientSettings> {
  const diagnostics = readRecord('diagnostics', section['diagnostics'], refuse) ?? {};
  const found = {
    severities: readSeverities(diagnostics['severity'], refuse),
    supportEnds: readEach(
      'diagnostics.supportEnds',
      diagnostics['supportEnds'],
      day,
      'a day such as 2026-10-13',
      refuse,
    ),
    inlayHints: readOne('inlayHints', section['inlayHints'], z.boolean(), 'true or false', refuse),
    shareMappings: readEach('shareMappings', section['shareMappings'], text, 'a folder', refuse),
    documentationRoot: readOne('documentationRoot', section['documentationRoot'], text, 'an address', refuse),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function readSeverities(value: unknown, refuse: Refuse): SeverityOverrides | undefined {
  const name = 'diagnostics.severity';
  const read = readEach(name, value, severity, `one of ${[...severities, 'off'].join(', ')}`, refuse);
  if (read === undefined) return undefined;
  const known = Object.entries(read).filter(([code]) => {
    if (!isRuleCode(code)) refuse(`The setting ${name} names ${JSON.stringify(code)}, which is no rule.`);
    return isRuleCode(code);
  });
  return Object.fromEntries(known);
}

/** Every value of a record that is of the right form. */
function readEach<Value>(
  name: string,
  value: unknown,
  form: z.ZodMiniType<Value>,
  expected: string,
  refuse: Refuse,
): Readonly<Record<string, Value>> | undefined {
  const record = readRecord(name, value, refuse);
  if (record === undefined) return undefined;
  const read = Object.entries(record).map(([key, each]) => {
    return [key, readOne(`${name}[${JSON.stringify(key)}]`, each, form, expected, refuse)] as const;
  });
  return Object.fromEntries(read.flatMap(([key, each]) => (each === undefined ? [] : [[key, each]])));
}

function readRecord(name: string, value: unknown, refuse: Refuse): Readonly<Record<string, unknown>> | undefined {
  return readOne(name, value, z.record(z.string(), z.unknown()), 'an object', refuse);
}

/** A value that is absent, or null as clients send what is not set, says nothing. */
function readOne<Value>(
  name: string,
  value: unknown,
  form: z.ZodMiniType<Value>,
  expected: string,
  refuse: Refuse,
): Value | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = form.safeParse(value);
  if (!parsed.success) refuse(`The setting ${name} is not ${expected} and is passed over.`);
  return parsed.data;
}

/** Editors that send all their settings put ours below `lyncTopology`. */
function sectionOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return {};
  const section = value[settingsSection];
  return settingsSection in value ? (isRecord(section) ? section : {}) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
