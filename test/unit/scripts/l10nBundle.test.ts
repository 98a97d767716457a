import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bundleFile, bundleText, messagesIn } from '../../../scripts/l10nBundle.ts';

describe('The texts for translators', () => {
  it('are the texts that the extension shows (node scripts/l10nBundle.ts)', () => {
    assert.equal(readFileSync(bundleFile, 'utf8'), bundleText());
  });

  it('are named by the manifest, and shipped', () => {
    const root = new URL('../../../', import.meta.url);
    const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
    assert.equal(JSON.parse(read('package.json')).l10n, './l10n');
    assert.match(read('.vscodeignore'), /^!l10n\/\*\*$/m);
  });

  it('are read from either form of the call, with what is escaped in them', () => {
    const source = [
      `vscode.l10n.t('one');`,
      `l10n.t("it's {0}", name)`,
      `l10n.t(\n  'a\\'b\\\\c\\n',\n  name,\n)`,
      `tell('not one')`,
    ].join('\n');
    assert.deepEqual(messagesIn(source, 'x.ts'), ['one', "it's {0}", "a'b\\c\n"]);
  });

  it('must be written out: what is put together cannot be translated', () => {
    for (const argument of ['`a`', "'a' + b", 'text', "cond ? 'a' : 'b'"])
      assert.throws(() => messagesIn(`\nl10n.t(${argument})`, 'x.ts'), /x\.ts:2/, argument);
  });

  it('number their placeholders from 0 without a gap', () => {
    for (const message of Object.keys(JSON.parse(bundleText()))) {
      const numbers = new Set([...message.matchAll(/\{(\d+)\}/g)].map(([, number]) => Number(number)));
      assert.deepEqual(
        [...numbers].sort(),
        [...numbers.keys()].map((_, index) => index),
        message,
      );
    }
  });
});
