/** A process that resynchronises the disks of a rig and kills itself before its n-th call that changes something. */
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { resynchronize } from '../../../src/core/hyperV/resynchronization/resynchronize.ts';
import { openRig } from './rig.ts';

const [folder = '', fatal = ''] = process.argv.slice(2);
let calls = 0;

function counted<Parameters extends unknown[], Result>(
  call: (...parameters: Parameters) => Result,
): (...parameters: Parameters) => Result {
  return (...parameters) => {
    calls += 1;
    if (calls === Number(fatal)) process.kill(process.pid, 'SIGKILL');
    return call(...parameters);
  };
}

const fileSystem = {
  ...nodeFileSystem,
  writeSync: counted(nodeFileSystem.writeSync) as typeof nodeFileSystem.writeSync,
  fsyncSync: counted(nodeFileSystem.fsyncSync),
  ftruncateSync: counted(nodeFileSystem.ftruncateSync),
  renameSync: counted(nodeFileSystem.renameSync),
  unlinkSync: counted(nodeFileSystem.unlinkSync),
};
resynchronize({ fileSystem, tell: () => {} }, openRig(folder).order);
