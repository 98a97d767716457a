import assert from 'node:assert/strict';
import type { TopologyDocumentOptions } from '../../../src/core/topology/document.ts';
import { type Diagnostic, TopologyDocument } from './imports.ts';
import { applied, completed, readMarks } from './marked.ts';

const broken = 'backupService:\n  syncInterval: 00:00:01';

function diagnosticsIn(text: string): readonly Diagnostic[] {
  return TopologyDocument.open(text).diagnostics;
}

function codesIn(text: string, options: TopologyDocumentOptions = {}): readonly string[] {
  return TopologyDocument.open(text, options).diagnostics.map(({ code }) => code);
}

function isHeard(fragment: string): boolean {
  return diagnosticsIn(completed(fragment)).some(({ code }) => code === 'sync-interval-range');
}

/** Asserts what is said about comments, at the marks, and what the fixes make of the text together. */
function expectUnused(marked: string, messages: readonly RegExp[], fixed?: string): void {
  for (const newline of ['\n', '\r\n']) {
    const { text, ranges } = readMarks(completed(marked).replaceAll('\n', newline));
    const found = diagnosticsIn(text).filter(({ code }) => code === 'unused-disable-comment');
    assert.deepEqual(
      found.map(({ range }) => text.slice(range.start, range.end)),
      ranges.map(({ start, end }) => text.slice(start, end)),
    );
    assert.deepEqual(
      found.map(({ range }) => range),
      ranges,
    );
    for (const [index, message] of messages.entries()) assert.match(found[index]?.message ?? '', message);
    assert.equal(found.length, messages.length);
    if (fixed === undefined) continue;
    const edits = found.flatMap(({ fixes }) => fixes?.find(({ preferred }) => preferred)?.edits ?? []);
    assert.equal(applied(text, edits), completed(fixed).replaceAll('\n', newline));
  }
}

describe('Comments that switch rules off', () => {
  it('are for their own line, or for the next one', () => {
    assert.ok(isHeard(`${broken}\n`));
    assert.ok(!isHeard(`${broken} # lync-topology-disable-line sync-interval-range\n`));
    assert.ok(!isHeard(`${broken} #lync-topology-disable-line sync-interval-range\n`));
    assert.ok(!isHeard(broken.replace('\n', ' # lync-topology-disable-next-line sync-interval-range\n')));
    assert.ok(isHeard(`# lync-topology-disable-next-line sync-interval-range\n${broken}\n`));
    assert.ok(isHeard(`${broken}\n# lync-topology-disable-line sync-interval-range\n`));
  });

  it('name several codes, with or without commas, and a reason', () => {
    for (const codes of [
      'unknown-key, sync-interval-range',
      'unknown-key,sync-interval-range',
      'unknown-key sync-interval-range',
      'sync-interval-range -- a drill, pair-capacity',
      'sync-interval-range until the drill is over',
    ])
      assert.ok(!isHeard(`${broken} # lync-topology-disable-line ${codes}\n`), codes);
    assert.ok(isHeard(`${broken} # lync-topology-disable-line unknown-key -- not sync-interval-range\n`));
  });

  it('stand behind other comments, and behind each other', () => {
    const both = '# quick # lync-topology-disable-line unknown-key # lync-topology-disable-line sync-interval-range';
    assert.ok(!isHeard(`${broken} ${both}\n`));
  });

  it('are none inside of a text', () => {
    const inText = '# lync-topology-disable-line sync-interval-range';
    const next = '# lync-topology-disable-next-line sync-interval-range';
    for (const fragment of [
      `backupService: { syncInterval: 00:00:01, "x ${inText}": 1 }\n`,
      `backupService: { syncInterval: 00:00:01, 'x ${inText}': 1 }\n`,
      `backupService:\n  note: |\n    text\n    ${next}\n  syncInterval: 00:00:01\n`,
      `backupService:\n  note: "text\n    ${next}"\n  syncInterval: 00:00:01\n`,
      `backupService:\n  syncInterval: 00:00:01\n  note: x${inText}\n`,
    ])
      assert.ok(isHeard(fragment), fragment);
  });

  it('reach over from one section to the next', () => {
    assert.ok(
      !isHeard(
        'pools: {} # lync-topology-disable-next-line sync-interval-range\nbackupService: { syncInterval: 00:00:01 }\n',
      ),
    );
  });

  it('say the same after edits as in a text that is opened', () => {
    const document = TopologyDocument.open(completed(`${broken} # lync-topology-disable-line sync-interval-range\n`));
    const change = (from: string, to: string) => {
      const start = document.text.indexOf(from);
      document.update([{ start, end: start + from.length, text: to }]);
      assert.deepEqual(document.diagnostics, diagnosticsIn(document.text));
    };
    change('sync-interval-range', 'sync-interval-rang');
    change('00:00:01', '00:01:01');
    change('disable-line', 'disable-next-line');
    change('# lync', '## lync');
    change('backupService:\n', 'backupService: # lync-topology-disable-next-line x\n');
  });
});

describe('unused-disable-comment', () => {
  const line = '# lync-topology-disable-line';
  const calm = 'backupService:\n  syncInterval: 00:01:00';

  it('takes a comment out, with its line where it stands alone', () => {
    expectUnused(`${calm} ${line} <<pair-capacity>>\n`, [/^pair-capacity finds nothing on this line\.$/], `${calm}\n`);
    const alone = '  # lync-topology-disable-next-line <<pair-capacity>> -- once\n';
    expectUnused(calm.replace('\n', `\n${alone}`).concat('\n'), [/on the line below/], `${calm}\n`);
    expectUnused(`${calm} # note ${line} <<pair-capacity>>\n`, [/finds nothing/], `${calm} # note\n`);
    const two = `${calm} ${line} <<pair-capacity>> ${line} <<wrong-type, pair-director>>\n`;
    expectUnused(two, [/pair-capacity/, /wrong-type.*pair-director/], `${calm}\n`);
  });

  it('takes single codes out, all of them at once as well', () => {
    const of = (codes: string) => `${broken} ${line} ${codes} -- a drill\n`;
    const used = of('sync-interval-range');
    expectUnused(of('<<wrong-type>>, <<pair-director>>, sync-interval-range'), [/wrong-type/, /pair-director/], used);
    expectUnused(of('sync-interval-range, <<wrong-type>>, <<pair-director>>'), [/wrong-type/, /pair-director/], used);
    expectUnused(of('<<wrong-type>> sync-interval-range <<pair-director>>'), [/wrong-type/, /pair-director/], used);
  });

  it('asks whether another code was meant, where that has something to switch off', () => {
    expectUnused(
      `${broken} ${line} <<sync-intervall-range>>\n`,
      [/^There is no rule "sync-intervall-range"\. Did you mean sync-interval-range\?$/],
      `${broken} ${line} sync-interval-range\n`,
    );
    expectUnused(`${calm} ${line} <<sync-intervall-range>>\n`, [/It finds nothing there either\.$/], `${calm}\n`);
    expectUnused(`${calm} ${line} <<nonsense>>\n`, [/^There is no rule "nonsense"\.$/], `${calm}\n`);
  });

  it('asks for no code that has something to switch off elsewhere only', () => {
    const other = `objectives: {} ${line} <<sync-intervall-range>>\n`;
    expectUnused(`${broken}\n${other}`, [/finds nothing there either/], `${broken}\nobjectives: {}\n`);
  });

  it('takes out a comment at the very end of the text', () => {
    for (const comment of [`${line} pair-capacity`, '# lync-topology-disable-next-line pair-capacity']) {
      const text = `${completed(`${calm}\n`)}  ${comment}`;
      const [found] = diagnosticsIn(text).filter(({ code }) => code === 'unused-disable-comment');
      assert.equal(applied(text, found?.fixes?.[0]?.edits ?? []), completed(`${calm}\n`));
    }
  });

  it('finds comments that name nothing, or are misspelt themselves', () => {
    expectUnused(`${calm} <<${line}>>\n`, [/names no rule/], `${calm}\n`);
    expectUnused(`${calm} <<${line}>> -- why\n`.replace('>> -- why', ' -- why>>'), [/names no rule/], `${calm}\n`);
    expectUnused(
      `${broken} # <<lync-topology-disable-lines>> sync-interval-range\n`,
      [/Did you mean lync-topology-disable-line\?/],
      `${broken} ${line} sync-interval-range\n`,
    );
    expectUnused(`${calm} # <<lync-topology-disable-file>> wrong-type\n`, [/There are/], `${calm}\n`);
  });

  it('is calm about rules that the settings switch off, and while something cannot be read', () => {
    const text = completed(`${calm} ${line} pair-capacity\n`);
    assert.deepEqual(codesIn(text, { severities: { 'pair-capacity': 'off' } }), codesIn(completed(`${calm}\n`)));
    expectUnused(`${calm} ${line} pair-capacity\nobjectives: [\n`, []);
    expectUnused(`${calm} ${line} <<nonsense>>\nobjectives: [\n`, [/no rule/]);
  });

  it('counts what the settings switch off as switched off by the comment', () => {
    const text = completed(`${broken} ${line} sync-interval-range\n`);
    assert.deepEqual(codesIn(text, { severities: { 'sync-interval-range': 'off' } }), codesIn(completed(`${calm}\n`)));
  });

  it('is switched off itself by the settings and by a comment', () => {
    const text = completed(`${calm} ${line} pair-capacity\n`);
    const severities = { 'unused-disable-comment': 'off' } as const;
    assert.deepEqual(codesIn(text, { severities }), codesIn(completed(`${calm}\n`)));
    expectUnused(`${calm} ${line} pair-capacity, unused-disable-comment\n`, []);
    expectUnused(`${calm} ${line} unused-disable-comment\n`, []);
  });
});
