import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { operations } from '../../src/core/operations/registry.ts';
import { ruleCodes } from '../../src/core/topology/diagnostics.ts';
import { defaultSupportEnds } from '../../src/core/topology/rules/supportEnds.ts';
import { handlers } from '../../src/extension/commands/handlers.ts';
import { commandOf, procedures } from '../../src/extension/names.ts';

const menuEntry = z.object({
  command: z.string().optional(),
  submenu: z.string().optional(),
  when: z.string().optional(),
});
const manifestSchema = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
    menus: z.record(z.string(), z.array(menuEntry)),
    configuration: z.object({
      properties: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })),
    }),
    walkthroughs: z.array(z.object({ steps: z.array(z.object({ media: z.object({ svg: z.string() }) })) })),
  }),
});

const extension = vscode.extensions.getExtension('lync-topology.lync-topology');
assert.ok(extension);
const { extensionPath } = extension;
const texts = z.record(z.string(), z.string()).parse(readJson('package.nls.json'));
const { contributes } = manifestSchema.parse(readJson('package.json'));

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(extensionPath, name), 'utf8'));
}

/** A text of the manifest as people see it. */
function shown(text: string): string {
  return text.replace(/^%(.+)%$/, (_, key: string) => texts[key] ?? '');
}

describe('the manifest', () => {
  before(() => extension.activate());

  it('has a command for every operation, with its words and its name in the title', () => {
    for (const definition of operations) {
      const command = contributes.commands.find((candidate) => candidate.command === commandOf(definition.name));
      assert.ok(command, `${definition.name} has no command ${commandOf(definition.name)}`);
      assert.equal(shown(command.title).toLowerCase(), `${definition.title} (${definition.name})`.toLowerCase());
      assert.equal(shown(command.category), 'Lync');
    }
  });

  it('knows which operations run in steps on record', () => {
    // A drill is a job that goes on as well, but what it did is in a report of its own.
    const resumed = operations.filter(({ name, resumes }) => resumes === true && name !== 'drill');
    assert.deepEqual([...procedures].sort(), resumed.map(({ name }) => name).sort());
  });

  it('hides from the palette what cannot run in a workspace that is not trusted', () => {
    const { commandPalette = [] } = contributes.menus;
    const always = ['lyncTopology.initializeDataDirectory'];
    for (const definition of operations) {
      const command = commandOf(definition.name);
      if (always.includes(command)) continue;
      const entry = commandPalette.find((candidate) => candidate.command === command);
      assert.match(entry?.when ?? '', /isWorkspaceTrusted/, `${command} has no entry with isWorkspaceTrusted`);
    }
  });

  it('declares exactly the commands that do something, and registers them', async () => {
    const declared = contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(Object.keys(handlers).sort(), declared);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('names only commands and submenus in its menus that exist', () => {
    const commands = new Set(contributes.commands.map(({ command }) => command));
    for (const [menu, entries] of Object.entries(contributes.menus)) {
      for (const { command, submenu } of entries) {
        if (command !== undefined) assert.ok(commands.has(command), `${menu} names ${command}`);
        if (submenu !== undefined) assert.ok(contributes.menus[submenu], `${menu} names the submenu ${submenu}`);
      }
    }
  });

  it('has a text for every placeholder, and no text that nothing shows', () => {
    const used = [...readFileSync(join(extensionPath, 'package.json'), 'utf8').matchAll(/"%([^"%]+)%"/g)].map(
      ([, key]) => key,
    );
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it('offers the severity of every rule', () => {
    const severity = contributes.configuration.properties['lyncTopology.diagnostics.severity'];
    assert.deepEqual(Object.keys(severity?.properties ?? {}).sort(), [...ruleCodes].sort());
    for (const code of ruleCodes) assert.match(shown(`%rule.${code}%`), /\.$/, code);
  });

  it('offers every product whose support ends', () => {
    const supportEnds = contributes.configuration.properties['lyncTopology.diagnostics.supportEnds'];
    assert.deepEqual(Object.keys(supportEnds?.['properties'] ?? {}), Object.keys(defaultSupportEnds));
  });

  it('has the pictures of its walkthrough', () => {
    for (const { steps } of contributes.walkthroughs)
      for (const { media } of steps) assert.match(readFileSync(join(extensionPath, media.svg), 'utf8'), /^<svg /);
  });

  it('externalises every text it shows', () => {
    const title = contributes.commands.filter(({ title }) => !title.startsWith('%'));
    assert.deepEqual(title, []);
  });
});
