/** Writes the setting for the severity of each rule, and its texts, from the definitions in the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { severities } from '../src/core/topology/diagnostics.ts';
import { ruleDefinitions } from '../src/core/topology/rules/all.ts';

export const manifestFile = fileURLToPath(new URL('../package.json', import.meta.url));
export const textsFile = fileURLToPath(new URL('../package.nls.json', import.meta.url));

/** What `lyncTopology.diagnostics.severity` may hold: a property for each rule, with its severity as the default. */
export function ruleProperties(): Record<string, unknown> {
  const properties = ruleDefinitions.map(({ code, severity }) => [
    code,
    {
      type: 'string',
      enum: ['off', ...severities.toReversed()],
      default: severity,
      markdownDescription: `%rule.${code}%`,
    },
  ]);
  return Object.fromEntries(properties);
}

/** The texts of these properties by their keys: what each rule is about. */
export function ruleTexts(): Record<string, string> {
  return Object.fromEntries(ruleDefinitions.map(({ code, title }) => [`rule.${code}`, `${title}.`]));
}

/** The manifest with the properties as they are to be. */
export function manifestText(before: string): string {
  const manifest = JSON.parse(before);
  const setting = manifest.contributes.configuration.properties['lyncTopology.diagnostics.severity'];
  delete setting.propertyNames;
  delete setting.additionalProperties;
  const { markdownDescription } = setting;
  delete setting.markdownDescription;
  Object.assign(setting, { properties: ruleProperties(), additionalProperties: false, markdownDescription });
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The texts of the manifest with those of the rules behind the others. */
export function textsText(before: string): string {
  const texts: Record<string, string> = JSON.parse(before);
  const others = Object.entries(texts).filter(([key]) => !key.startsWith('rule.'));
  return `${JSON.stringify({ ...Object.fromEntries(others), ...ruleTexts() }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(manifestFile, manifestText(readFileSync(manifestFile, 'utf8')));
  writeFileSync(textsFile, textsText(readFileSync(textsFile, 'utf8')));
}
