/** What a client may tell the server: at the start as `initializationOptions`, later with `workspace/didChangeConfiguration`. */
import * as z from 'zod';
import { isRuleCode, type SeverityOverrides, severities } from '../core/topology/diagnostics.ts';

export interface ClientSettings {
  readonly severities: SeverityOverrides;
  /** Address of the folder that holds `docs/`, without a slash at its end. */
  readonly documentationRoot?: string;
}

const settingsSchema = z.object({
  diagnostics: z.object({ severity: z.record(z.string(), z.enum([...severities, 'off'])).optional() }).optional(),
  documentationRoot: z.string().optional(),
});

/** Settings that are not of the right form are passed over: a wrong setting must not cost anybody the diagnostics. */
export function readClientSettings(value: unknown): ClientSettings {
  const parsed = settingsSchema.safeParse(isSection(value) ? value.lyncTopology : value);
  if (!parsed.success) return { severities: {} };
  const { diagnostics, documentationRoot } = parsed.data;
  const overrides = Object.entries(diagnostics?.severity ?? {}).filter(([code]) => isRuleCode(code));
  return {
    severities: Object.fromEntries(overrides),
    ...(documentationRoot === undefined ? {} : { documentationRoot }),
  };
}

/** Editors that send all their settings put ours below `lyncTopology`. */
function isSection(value: unknown): value is { readonly lyncTopology: unknown } {
  return typeof value === 'object' && value !== null && 'lyncTopology' in value;
}
