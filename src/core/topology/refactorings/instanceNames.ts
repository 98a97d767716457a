/** Names of SQL Server instances that nobody has written yet, made as the others of the file are. */

/** An instance and the one that stands beside it: a primary and its mirror, or a mirror and its witness. */
export type Example = readonly [string, string];

/**
 * The instance beside a given one, after the first example that fits, or with the next number; never on one of the
 * servers that are taken.
 */
export function besides(instance: string, examples: readonly Example[], taken: readonly string[]): string | undefined {
  const isFree = (name: string): boolean => taken.every((other) => serverOf(other) !== serverOf(name));
  for (const example of examples) {
    const made = likeExample(instance, example);
    if (made !== undefined && isFree(made)) return made;
  }
  let made: string | undefined = instance;
  for (let tries = 0; tries < 20 && made !== undefined; tries += 1) {
    made = nextNumber(made);
    if (made !== undefined && isFree(made)) return made;
  }
  return undefined;
}

function serverOf(instance: string): string {
  return (instance.split('\\')[0] ?? '').toLowerCase();
}

/** What the example changes in one place of its first name is changed in the same place of this one. */
function likeExample(instance: string, [from, to]: Example): string | undefined {
  const [source, target, words] = [partsOf(from), partsOf(to), partsOf(instance)];
  if (source.length !== target.length || source.length !== words.length) return undefined;
  const changed = source.flatMap((word, index) => (word.toLowerCase() === target[index]?.toLowerCase() ? [] : [index]));
  const [at] = changed;
  if (at === undefined || changed.length > 1) return undefined;
  const word = changedWord(words[at] ?? '', source[at] ?? '', target[at] ?? '');
  return word === undefined ? undefined : words.with(at, word).join('');
}

function changedWord(word: string, from: string, to: string): string | undefined {
  if (word.toLowerCase() === from.toLowerCase()) return to;
  const numbers = [word, from, to];
  if (!numbers.every((text) => /^\d{1,9}$/.test(text))) return undefined;
  const number = Number(word) + Number(to) - Number(from);
  return number < 0 ? undefined : String(number).padStart(word.length, '0');
}

/** Words, numbers, and what stands between them. */
function partsOf(instance: string): readonly string[] {
  return instance.match(/\d+|[a-z]+|[^a-z\d]+/gi) ?? [];
}

/** The same name with the next number at the end of its first part. */
function nextNumber(instance: string): string | undefined {
  const [, before = '', digits = '', behind = ''] = /^([^.\\]*?)(\d{1,9})(\D*)$/.exec(firstLabel(instance)) ?? [];
  if (digits === '') return undefined;
  const next = String(Number(digits) + 1).padStart(digits.length, '0');
  return before + next + behind + instance.slice(firstLabel(instance).length);
}

function firstLabel(instance: string): string {
  return /^[^.\\]*/.exec(instance)?.[0] ?? '';
}
