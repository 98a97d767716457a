/** What administrators do in the Central Management store: they publish policies, each time in a new version. */
import type { Row } from '../../engine/services.ts';
import { createRandom } from '../random.ts';
import type { ClientChange } from './clientChanges.ts';

export interface AdministratorChangesOptions {
  /** Part of the names of the policies, so that two administrators do not publish the same ones. */
  readonly name: string;
  readonly seed: string;
  /** ISO 8601, UTC; the time a change carries. */
  readonly now?: () => string;
}

const policies = 8;

/** Changes without end, the same for the same seed apart from their times. */
export function* administratorChanges(options: AdministratorChangesOptions): Generator<ClientChange, never, undefined> {
  const random = createRandom(options.seed);
  const now = options.now ?? (() => new Date().toISOString());
  const versions = new Map<string, number>();
  for (;;) {
    const name = `Policy/Client/Tag:${options.name} ${random.integer(1, policies)}`;
    const version = (versions.get(name) ?? 0) + 1;
    versions.set(name, version);
    const content = `<Policy Name="${name}" EnableAppearOffline="${random.chance(0.5)}" />`;
    const value: Row = { version, content, changedAt: now() };
    yield { database: 'xds', changes: [{ table: 'documents', key: { name }, value }] };
  }
}
