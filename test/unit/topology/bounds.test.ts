import assert from 'node:assert/strict';
import { TopologyDocument } from './imports.ts';

const head = 'lyncTopology: 1\ndeployment: Litware\n';

function messagesOf(text: string): readonly string[] {
  return TopologyDocument.open(text).diagnostics.map((diagnostic) => diagnostic.message);
}

describe('Texts that would cost more than they are worth', function () {
  this.timeout(60_000);

  it('refuses aliases that stand for too much, and goes on', () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const below = index === 0 ? '"x"' : `*level${index - 1}`;
      return `k${index}: &level${index} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
    });
    const messages = messagesOf(`${head}${levels.join('\n')}\nbackupService: { syncInterval: 1 }\n`);
    assert.ok(messages.some((message) => message.includes('stand for too many values')));
    assert.ok(messages.some((message) => message.includes('syncInterval')));
  });

  it('refuses the same below one key', () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const below = index === 0 ? '"x"' : `*level${index - 1}`;
      return `  k${index}: &level${index} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
    });
    assert.ok(messagesOf(`${head}sqlServers:\n${levels.join('\n')}\n`).some((message) => message.includes('too many')));
  });

  it('refuses an alias inside of what it stands for', () => {
    assert.ok(
      messagesOf(`${head}sites: &a { b: *a }\n`).some((message) => message.includes('inside of what it stands for')),
    );
  });

  it('bounds what many aliases stand for together', () => {
    const items = Array.from({ length: 200 }, (_, index) => `    - s${index}.litwareinc.com`).join('\n');
    const servers = Array.from({ length: 3000 }, (_, index) => `  s${index}.litwareinc.com: { instances: *all }`).join(
      '\n',
    );
    const text = `${head}objectives:\n  x: &all\n${items}\nsqlServers:\n${servers}\n`;
    const refused = messagesOf(text).filter((message) => message.includes('stand for too many values'));
    assert.ok(refused.length > 500 && refused.length < 3000, `${refused.length}`);
  });

  for (const [title, text] of [
    ['brackets', '['.repeat(20_000)],
    ['braces', '{a: '.repeat(10_000)],
    ['dashes', `${'- '.repeat(20_000)}x`],
    ['question marks', `${'? '.repeat(20_000)}x`],
    ['steps', Array.from({ length: 400 }, (_, index) => `${' '.repeat(index + 1)}k:`).join('\n')],
  ] as const) {
    it(`refuses ${title} that are nested too deeply, and goes on`, () => {
      const messages = messagesOf(`${head}sites: \n  a: ${text}\nbackupService: { syncInterval: 1 }\n`);
      assert.ok(
        messages.some((message) => message.includes('levels deep')),
        messages.join('\n'),
      );
      assert.ok(messages.some((message) => message.includes('syncInterval')));
    });
  }

  for (const [title, piece] of [
    ['quotes', '"'],
    ['anchors', '&a '],
    ['keys', 'a: '],
    ['spaces', ' '],
  ] as const) {
    it(`refuses a line of hundreds of thousands of ${title}, and goes on`, () => {
      const messages = messagesOf(`${head}sites:\n  a: ${piece.repeat(300_000)}\nbackupService: { syncInterval: 1 }\n`);
      assert.ok(
        messages.some((message) => message.includes('50,000 characters')),
        messages.join('\n'),
      );
      assert.ok(messages.some((message) => message.includes('syncInterval')));
    });
  }

  it('reads 20,000 unknown keys without comparing each with all', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1`).join('\n');
    assert.equal(messagesOf(`${head}${lines}\n`).length, 20_000);
  });

  it('reads names that mean something to JavaScript as names', () => {
    const text = `${head}sites:\n  __proto__: {}\n  constructor: { description: x }\n  toString: {}\n`;
    const document = TopologyDocument.open(text);
    assert.deepEqual(
      document.deployment.sites.map((site) => site.name),
      ['__proto__', 'constructor', 'toString'],
    );
    assert.ok(messagesOf(`${head}constructor: 1\n__proto__: 2\n`).some((message) => message.includes('"__proto__"')));
  });
});
