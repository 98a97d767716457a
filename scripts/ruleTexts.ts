import { ruleDefinitions } from '../src/core/topology/rules/all.ts';

/** What of a rule's definition its page alone says; the pages are shipped as files. */
const ofPages = ['wrong', 'right', 'limits', 'source', 'fix'] as const;

/** Shorter ones are not worth it, and could be something else. */
const shortest = 24;

/** A string that holds nothing that is computed, behind the name of one of these properties. */
const property = new RegExp(
  String.raw`\b(${ofPages.join('|')}):("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|${'`'}(?:[^${'`'}\\$]|\\.|\$(?!\{))*${'`'})`,
  'gs',
);

/** The bundled code without the texts of the rules' pages, which are a tenth of the language server otherwise. */
export function withoutRuleTexts(code: string): string {
  const texts = new Set<string | undefined>(ruleDefinitions.flatMap((rule) => ofPages.map((name) => rule[name])));
  return code.replaceAll(property, (whole, name: string, literal: string) => {
    if (literal.length < shortest) return whole;
    const value: unknown = new Function(`return ${literal}`)();
    return typeof value === 'string' && texts.has(value) ? `${name}:""` : whole;
  });
}
