import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { helpIndex, helpPage } from '../../../src/core/operations/helpPage.ts';
import { operations } from '../../../src/core/operations/registry.ts';

const folder = join(projectFolder, 'docs/operations');

describe('the help pages of the operations', () => {
  for (const operation of operations) {
    it(`say what the definition of ${operation.name} says (node scripts/helpPages.ts writes them)`, () => {
      assert.equal(readFileSync(join(folder, `${operation.name}.md`), 'utf8'), helpPage(operation));
    });
  }

  it('are listed on one page', () => {
    assert.equal(readFileSync(join(folder, 'README.md'), 'utf8'), helpIndex(operations));
  });

  it('are there for operations that exist, and for no others', () => {
    assert.deepEqual(readdirSync(folder).sort(), ['README.md', ...operations.map(({ name }) => `${name}.md`)].sort());
  });
});
