/**
 * What the extension knows of a deployment: the only place that holds its status. It flows one way: deployment → store →
 * views. The store keeps objects that did not change identical, so that a view can tell by comparing.
 */
import { createEventSource, type Event } from '../core/events.ts';
import type { DeploymentStatus, StatusChange } from '../core/status.ts';

export interface StatusStore {
  readonly current: DeploymentStatus | undefined;
  readonly onDidChange: Event<DeploymentStatus | undefined>;
  /** Takes a whole status, as it was read; another engine counts its revisions anew. */
  replace(status: DeploymentStatus): void;
  /** False when changes were missed and the whole status has to be read again. */
  apply(change: StatusChange): boolean;
  /** Forgets everything: nothing is known any more. */
  clear(): void;
}

export function createStatusStore(onListenerError?: (error: unknown) => void): StatusStore {
  const changed = createEventSource<DeploymentStatus | undefined>(onListenerError);
  let current: DeploymentStatus | undefined;

  const set = (next: DeploymentStatus | undefined): void => {
    if (next === current) return;
    current = next;
    changed.fire(next);
  };

  return {
    get current() {
      return current;
    },
    onDidChange: changed.event,
    replace: (status) => set(current === undefined ? status : reuse(current, status)),
    apply: (change) => {
      if (current === undefined) return false;
      if (change.revision <= current.revision) return true;
      if (change.revision > current.revision + 1) return false;
      set(merge(current, change));
      return true;
    },
    clear: () => set(undefined),
  };
}

/** Things of which a change names only those that changed are merged by id; faults end, so their list comes whole. */
function merge(status: DeploymentStatus, change: StatusChange): DeploymentStatus {
  return {
    ...status,
    revision: change.revision,
    initialized: change.initialized ?? status.initialized,
    backgroundCycles: change.backgroundCycles ?? status.backgroundCycles,
    sites: mergeById(status.sites, change.sites),
    pools: mergeById(status.pools, change.pools),
    pairs: mergeById(status.pairs, change.pairs),
    jobs: mergeById(status.jobs, change.jobs),
    faults: change.faults ?? status.faults,
    ...(change.persistentChat !== undefined && {
      persistentChat: reuse(status.persistentChat ?? [], change.persistentChat),
    }),
    ...(change.virtualMachines !== undefined && {
      virtualMachines: mergeById(status.virtualMachines ?? [], change.virtualMachines),
    }),
  };
}

function mergeById<Thing extends { readonly id: string }>(
  things: readonly Thing[],
  changed: readonly Thing[] | undefined,
): readonly Thing[] {
  if (changed === undefined || changed.length === 0) return things;
  const byId = new Map(changed.map((thing) => [thing.id, thing]));
  const merged = things.map((thing) => {
    const next = byId.get(thing.id);
    byId.delete(thing.id);
    return next === undefined ? thing : reuse(thing, next);
  });
  return [...merged, ...byId.values()];
}

/** `next`, built of the parts of `previous` that are equal; `previous` itself when all are. */
function reuse<Value>(previous: Value, next: Value): Value {
  if (Object.is(previous, next)) return previous;
  if (Array.isArray(previous) && Array.isArray(next)) return reuseList(previous, next) as Value;
  if (!isRecord(previous) || !isRecord(next)) return next;
  const entries = Object.entries(next).map(([key, value]) => [key, reuse(previous[key], value)] as const);
  const same =
    entries.length === Object.keys(previous).length &&
    entries.every(([key, value]) => key in previous && Object.is(previous[key], value));
  return same ? previous : (Object.fromEntries(entries) as Value);
}

function reuseList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byId = new Map(previous.flatMap((item) => (hasId(item) ? [[item.id, item] as const] : [])));
  const items = next.map((item, index) => reuse(hasId(item) ? byId.get(item.id) : previous[index], item));
  const same = items.length === previous.length && items.every((item, index) => Object.is(item, previous[index]));
  return same ? previous : items;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasId(value: unknown): value is { readonly id: string } {
  return isRecord(value) && typeof value['id'] === 'string';
}
