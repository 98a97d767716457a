import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function machine(...lines: readonly string[]): string {
  return ['virtualMachines:', '  VM:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

describe('replica-host-same', () => {
  const code = 'replica-host-same';

  it('compares three hosts, in any case', () => {
    const marked = machine('primaryHost: hv-1', 'replicaHost: hv-2', 'extendedReplicaHost: <<HV-1>>');
    const found = expectOne(code, 'error', marked);
    assert.equal(
      found.message,
      'The extended replica of VM is on HV-1, where the machine itself is; it needs another host.',
    );
    assert.deepEqual(relatedTexts(marked, found), ['hv-1']);
    expectOne(code, 'error', machine('primaryHost: hv-1', 'replicaHost: hv-2', 'extendedReplicaHost: <<hv-2>>'));
    assert.equal(
      expectFound(code, machine('primaryHost: hv-1', 'replicaHost: <<hv-1>>', 'extendedReplicaHost: <<hv-1>>')).length,
      2,
    );
  });

  it('is silent where hosts differ or are missing', () => {
    expectFound(code, machine('primaryHost: hv-1', 'replicaHost: hv-2', 'extendedReplicaHost: hv-3'));
    expectFound(code, machine('primaryHost: hv-1'));
    expectFound(code, machine('primaryHost:', 'replicaHost:'));
  });
});

describe('extended-replica-without-replica', () => {
  it('is silent with a replica, also one that is not understood', () => {
    const code = 'extended-replica-without-replica';
    expectFound(code, machine('primaryHost: hv-1', 'replicaHost: [hv-2]', 'extendedReplicaHost: hv-3'));
    const marked = machine('primaryHost: hv-1', 'extendedReplicaHost: <<hv-3>>', 'disks: []');
    const found = expectOne(code, 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['VM']);
    expectFixed(marked, found.fixes?.[0], machine('primaryHost: hv-1', 'disks: []'));
  });
});

describe('replica-disk-duplicate', () => {
  it('compares names in any case, and takes lines out of a block list', () => {
    const marked = machine('primaryHost: hv-1', 'disks:', '  - os.vhdx', '  - data.vhdx', '  - <<OS.VHDX>>');
    const found = expectOne('replica-disk-duplicate', 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['os.vhdx']);
    assert.equal(found.fixes?.[0]?.preferred, true);
    expectFixed(marked, found.fixes?.[0], machine('primaryHost: hv-1', 'disks:', '  - os.vhdx', '  - data.vhdx'));
  });

  it('finds each further one', () => {
    expectFound('replica-disk-duplicate', machine('primaryHost: hv-1', 'disks: [a, <<a>>, <<a>>, b]'));
    expectFound('replica-disk-duplicate', machine('primaryHost: hv-1', 'disks: [a, b]'));
  });
});

describe('auto-resynchronize-window', () => {
  const code = 'auto-resynchronize-window';
  const window = (text: string) => machine('primaryHost: hv-1', `autoResynchronize: { enabled: true${text} }`);

  it('knows what is left out', () => {
    expectOne(code, 'error', window(', start: <<"06:00">>'));
    expectOne(code, 'error', window(', end: <<"18:30">>'));
    expectFound(code, window(''));
    expectFound(code, window(', start: "18:30"'));
  });

  it('is silent over midnight, and where a time is not understood', () => {
    expectFound(code, window(', start: "22:00", end: "04:00"'));
    expectFound(code, window(', start: six, end: "06:00"'));
    expectFound(code, window(', start: "18:30", end: six'));
    const marked = window(', start: "01:00", end: <<"01:00">>');
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'error', marked)), ['"01:00"']);
  });
});
