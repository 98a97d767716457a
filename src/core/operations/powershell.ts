/** The PowerShell that does on real servers what an operation does here. */
import type { OperationDefinition } from './definition.ts';
import { describeParameters } from './parameters.ts';

/**
 * One line, ready to copy. Parameters that only this product has are left out, switches stand alone, text is in single
 * quotes with inner ones doubled, so that nothing in a value is read as program text.
 */
export function powershellText(definition: OperationDefinition, parameters: Readonly<Record<string, unknown>>): string {
  if (definition.kind === 'embedded') {
    return '# Real servers have nothing that corresponds: this is a command of the embedded deployment.';
  }
  const words = describeParameters(definition)
    .filter((parameter) => parameter.productOnly !== true)
    .flatMap(({ name, kind }) => argument(name, kind, parameters[name]));
  return [definition.name, ...words].join(' ');
}

function argument(name: string, kind: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (kind === 'switch') return value === true ? [`-${name}`] : [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [`-${name}`, value.map(powershellLiteral).join(',')];
  return [`-${name}`, powershellLiteral(value)];
}

/** A value as PowerShell reads it back, never as program text. */
export function powershellLiteral(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  // PowerShell also ends a string at the typographic single quotes, so those are doubled as well.
  return `'${String(value).replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
