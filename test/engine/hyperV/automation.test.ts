import assert from 'node:assert/strict';
import { createAutomation } from '../../../src/core/hyperV/automation.ts';
import type { Relationship } from '../../../src/core/hyperV/relationships.ts';
import { relationshipsOf } from '../../../src/core/hyperV/relationships.ts';
import type { ReplicationRequest } from '../../../src/core/hyperV/requests.ts';
import { isInWindow } from '../../../src/core/hyperV/window.ts';
import type { VirtualMachine } from '../../../src/core/topology/model.ts';
import { machineDeployment } from './machines.ts';

const hour = 3_600_000;

function at(hours: number, minutes = 0): Date {
  return new Date(2026, 10, 21, hours, minutes);
}

function relationshipWith(autoResynchronize: VirtualMachine['autoResynchronize']): Relationship {
  const [machine] = machineDeployment({ autoResynchronize }).virtualMachines ?? [];
  const [relationship] = machine === undefined ? [] : relationshipsOf(machine);
  assert.ok(relationship);
  return relationship;
}

describe('the window of a machine', () => {
  it('may go over midnight, and is closed when it is not enabled', () => {
    const night = { enabled: true, start: 18 * 60 + 30, end: 6 * 60 };
    assert.deepEqual(
      [at(18, 29), at(18, 30), at(23, 59), at(0), at(5, 59), at(6), at(12)].map((time) => isInWindow(night, time)),
      [false, true, true, true, true, false, false],
    );
    const day = { enabled: true, start: 9 * 60, end: 10 * 60 };
    assert.deepEqual(
      [at(8, 59), at(9), at(9, 59), at(10)].map((time) => isInWindow(day, time)),
      [false, true, true, false],
    );
    assert.equal(isInWindow({ ...night, enabled: false }, at(20)), false);
  });
});

describe('resynchronisations that start by themselves', () => {
  const clock = { wall: at(12), mono: 0 };
  let started: number[];
  let request: ReplicationRequest;
  let needed: boolean;

  beforeEach(() => {
    Object.assign(clock, { wall: at(12), mono: 0 });
    started = [];
    request = { suspended: false };
    needed = true;
  });

  const open = (window: VirtualMachine['autoResynchronize'], enabled = true) =>
    createAutomation({
      relationships: [relationshipWith(window)],
      clock: { now: () => clock.wall, elapsed: () => clock.mono },
      enabled,
      request: () => request,
      isFree: () => true,
      needs: () => needed,
      refusal: () => undefined,
      start: () => {
        started.push(clock.mono);
        request = { suspended: false };
      },
    });
  const never = { enabled: false, start: 0, end: 0 };
  const always = { enabled: true, start: 0, end: 0 };

  it('start when their time has passed, however the clock is set meanwhile', () => {
    request = { suspended: false, startAt: at(13).toISOString() };
    using automation = open(never);
    clock.wall = at(14);
    clock.mono = hour - 1;
    automation.wake();
    assert.deepEqual(started, []);
    clock.wall = at(11);
    clock.mono = hour;
    automation.wake();
    assert.deepEqual(started, [hour]);
  });

  it('start in the window when one is required and nobody suspended it, and are not tried again at once', () => {
    using automation = open(always);
    assert.deepEqual(started, [0]);
    clock.mono = hour / 60;
    automation.wake();
    assert.deepEqual(started, [0]);
    clock.mono = hour;
    automation.wake();
    assert.deepEqual(started, [0, hour]);
    clock.mono = 2 * hour;
    request = { suspended: true };
    automation.wake();
    request = { suspended: false };
    needed = false;
    automation.wake();
    assert.deepEqual(started, [0, hour]);
  });

  it('do not start in an engine that does not run in the background', () => {
    using automation = open(always, false);
    automation.wake();
    assert.deepEqual(started, []);
  });
});
