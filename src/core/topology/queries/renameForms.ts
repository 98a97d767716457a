/** Which names a thing may be given: the form that every place it stands in asks for. */
import { fqdnPattern, hostPattern, sqlInstancePattern } from '../values.ts';
import type { NameOccurrence } from './names.ts';
import type { SymbolKind } from './symbolKinds.ts';

/** Kinds that may stand under a host name without a domain. */
const kindsOfHostNames: ReadonlySet<SymbolKind> = new Set(['sqlServer', 'fileServer', 'hyperVHost']);

const kindsOfFreeNames: ReadonlySet<SymbolKind> = new Set(['site', 'virtualMachine', 'adminRole']);

/** Why a name cannot be the new one, as a sentence; undefined where it can. */
export function reasonAgainstForm(
  { kind }: NameOccurrence,
  occurrences: readonly NameOccurrence[],
  name: string,
): string | undefined {
  if (kindsOfFreeNames.has(kind)) return reasonAgainstFreeName(name);
  if (kind === 'sqlInstance') return reasonAgainstInstance(name);
  const isHostName = occurrences.every((one) => kindsOfHostNames.has(one.kind));
  if ((isHostName ? hostPattern : fqdnPattern).test(name)) return undefined;
  const form = isHostName ? 'a host name' : 'a fully qualified domain name';
  return `"${name}" is not ${form}: letters, digits and hyphens, in parts separated by dots.`;
}

function reasonAgainstInstance(name: string): string | undefined {
  if (!name.includes('\\') && sqlInstancePattern.test(`server\\${name}`) && !/^mssqlserver$/i.test(name)) {
    return undefined;
  }
  return `"${name}" is not the name of an instance: at most 16 letters, digits, _, $ and #, not beginning with a digit, and not MSSQLSERVER.`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const unwritable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/u;

function reasonAgainstFreeName(name: string): string | undefined {
  if (name === '') return 'The new name is empty.';
  if (name.trim() !== name) return `"${name}" begins or ends with a space.`;
  return unwritable.test(name) ? 'The new name has characters that cannot stand in a name.' : undefined;
}
