// Writes docs/operations/ from the definitions of the operations: node scripts/helpPages.ts

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpIndex, helpPage } from '../src/core/operations/helpPage.ts';
import { operations } from '../src/core/operations/registry.ts';
import { projectFolder } from './bootstrap/project.mjs';

const folder = join(projectFolder, 'docs/operations');
mkdirSync(folder, { recursive: true });
for (const operation of operations) writeFileSync(join(folder, `${operation.name}.md`), helpPage(operation));
writeFileSync(join(folder, 'README.md'), helpIndex(operations));
console.log(`${operations.length} pages written to docs/operations.`);
