import assert from 'node:assert/strict';
import { cpSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { contentFolder, dataConf, openRig, pool1, pool2, type Rig, share1, share2 } from './rig.ts';
import { differentStamps, diffTrees, type FileStamp, plantAwkwardTree, type SpecialFiles, stampsOf } from './trees.ts';

const sync = ['Invoke-CsBackupServiceSync', '-BackupModule', dataConf, '-PoolFqdn'] as const;
const onWindows = process.platform === 'win32';

describe('the restore of conference content', function () {
  this.timeout(300_000);

  describe('on awkward trees, through the command line', () => {
    let rig: Rig;
    let special: SpecialFiles;
    let before1: ReadonlyMap<string, FileStamp>;

    before(async function () {
      if (onWindows) this.skip();
      rig = openRig();
      await rig.json('init');
      special = await plantAwkwardTree(rig.content1);
      before1 = stampsOf(rig.content1);
    });
    after(() => rig?.[Symbol.dispose]());

    it('the partner gets everything but what is no file, and that is named', async () => {
      const result = JSON.stringify(await rig.json(...sync, pool1));
      for (const path of special.paths) assert.ok(result.includes(`${contentFolder}/${path}`), `${path} is not named`);
      assert.deepEqual(differentStamps(stampsOf(rig.content2), before1), []);
      assert.ok(!readdirSync(join(rig.content2, 'special')).includes('pipe'));
    });

    it('after the loss the state is an error that names the share and the way out, and nothing is deleted', async () => {
      await rig.json('fault', 'lose', pool1);
      const module = (await rig.modules(pool1)).find(({ Identity }) => Identity === dataConf);
      assert.equal(module?.ExportStatus, 'ErrorState');
      assert.ok(module?.explanation.includes(share1) && module.explanation.includes(pool2), module?.explanation);
      const refused = await rig.run(...sync, pool1);
      assert.equal(refused.status, 2, refused.stderr);
      assert.deepEqual(differentStamps(stampsOf(rig.content2), before1), []);
    });

    it('a sync of the surviving pool brings everything back, and diff -r is empty', async () => {
      await rig.json(...sync, pool2);
      const watched = await rig.run('watch', '-PoolFqdn', pool2, '-BackupModule', dataConf, '-Until', 'SteadyState');
      assert.equal(watched.status, 0, watched.stderr);
      assert.equal(await diffTrees(rig.content1, rig.content2), '');
      assert.deepEqual(differentStamps(stampsOf(rig.content1), before1), []);
    });
  });

  describe('on a real tree of more than 20,000 files in mapped folders', () => {
    let rig: Rig;
    let real1: string;
    let real2: string;

    before(() => {
      rig = openRig((folder) => {
        real1 = join(folder, 'real one');
        real2 = join(folder, 'real two');
        mkdirSync(real1);
        mkdirSync(real2);
        return ['--map', `${share1}=${real1}`, '--map', `${share2}=${real2}`];
      });
      copyRealTree(real1);
    });
    after(() => rig[Symbol.dispose]());

    it('is copied, lost and restored where it lies', async () => {
      await rig.json('init');
      const before1 = stampsOf(real1);
      assert.ok(before1.size > 20_000, `${before1.size} files`);
      await rig.json(...sync, pool1);
      assert.deepEqual(differentStamps(stampsOf(real2), before1), []);
      for (const name of readdirSync(real1)) rmSync(join(real1, name), { recursive: true });
      const refused = await rig.run(...sync, pool1);
      assert.equal(refused.status, 2, refused.stderr);
      await rig.json(...sync, pool2);
      assert.equal(await diffTrees(real1, real2), '');
      assert.deepEqual(differentStamps(stampsOf(real1), before1), []);
    });

    it('is not deleted by a drill', async () => {
      const files = stampsOf(real1).size;
      const refused = await rig.run('fault', 'lose', pool1);
      assert.equal(refused.status, 2, refused.stderr);
      assert.match(refused.stderr, /mapped/);
      assert.equal(stampsOf(real1).size, files);
    });
  });
});

const largestCopied = 100_000;
const filesWanted = 20_000;

/** Copies of what npm installed, without its few very large files and without links, which are left out anyway. */
function copyRealTree(target: string): void {
  const source = join(projectFolder, 'node_modules');
  for (let copy = 1, files = 0; files <= filesWanted; copy += 1) {
    cpSync(source, join(target, `copy ${copy}`), {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => {
        const stats = lstatSync(path);
        if (stats.isDirectory()) return files <= filesWanted;
        const wanted = stats.isFile() && stats.size <= largestCopied && files <= filesWanted;
        if (wanted) files += 1;
        return wanted;
      },
    });
  }
}
