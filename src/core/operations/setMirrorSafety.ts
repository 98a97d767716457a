import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { throwIfCancelled } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus } from '../status.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { databaseType, meta } from './fields.ts';
import { leaseOfDatabase } from './mirrorDatabases.ts';
import { makePlan, precondition } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z
    .string()
    .meta(meta({ description: 'The pool whose databases are meant.', offers: 'pool', placeholder: 'FQDN' })),
  DatabaseType: databaseType.meta(
    meta({ description: 'The databases that are meant.', offers: 'databaseType', placeholder: 'TYPE' }),
  ),
  Safety: z.enum(['full', 'off']).meta(
    meta({
      description: 'full: a commit waits for the mirror. off: it does not, and the mirror gets it afterwards.',
      placeholder: 'LEVEL',
    }),
  ),
});
type Parameters = z.infer<typeof parameters>;

interface SafetyOfDatabase {
  readonly DatabaseName: DatabaseName;
  readonly Safety: 'FULL' | 'OFF';
  readonly MirroringStatus: string;
}

export const setMirrorSafety: OperationDefinition<typeof parameters, readonly SafetyOfDatabase[]> = {
  name: 'set-mirror-safety',
  kind: 'embedded',
  title: 'Set the safety of mirroring',
  summary: 'Lets commits of a mirrored database wait for its mirror, or not (high-performance mode).',
  description: [
    'With safety off a commit is acknowledged as soon as the principal has it. The mirror is synchronizing at best; nothing fails over by itself or by hand, and a forced failover loses what the mirror lacks: it is counted and listed.',
    'Lync and Skype for Business support safety full alone (synchronous mirroring), and no cmdlet sets it: on a SQL Server it is ALTER DATABASE … SET PARTNER SAFETY OFF. Use it to rehearse what that would mean.',
    'With a witness, safety off still needs it or the mirror for a quorum; a witness is of no use then.',
  ],
  parameters,
  examples: [
    {
      command: 'set-mirror-safety -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType User -Safety off',
      explanation: 'Rehearses an asynchronous session of the User databases.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  columns: ['DatabaseName', 'Safety', 'MirroringStatus'],
  confirmation: ({ Safety }) => `Set the safety to ${Safety}`,
  describe: ({ PoolFqdn, DatabaseType, Safety }) =>
    `Set the safety of the ${DatabaseType} databases of ${PoolFqdn} to ${Safety}`,
  leases: (services, given) => databasesMeant(services, given).map(leaseOfDatabase),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const found = databasesMeant(services, given);
    return [
      initialized,
      ...found.flatMap((database) => ofDatabase(database.status(), given)),
      noConflictPrecondition(services, found.map(leaseOfDatabase), `${given.DatabaseType} of ${given.PoolFqdn}`),
    ];
  },
  plan: async (services, given, signal) =>
    makePlan(setMirrorSafety, given, {
      title: setMirrorSafety.describe(given),
      preconditions: (await setMirrorSafety.preconditions?.(services, given, signal)) ?? [],
      steps: (services.lab.initialized ? databasesMeant(services, given) : []).map(({ name }) => ({
        title: `Set the safety of ${name} to ${given.Safety}`,
        detail:
          given.Safety === 'off'
            ? 'Commits do not wait for the mirror any more.'
            : 'Commits wait for the mirror as soon as it has caught up.',
      })),
      losses:
        given.Safety === 'off'
          ? [
              'Nothing now. From then on, what the mirror lacks is lost when the principal is lost and the failover forced.',
            ]
          : [],
    }),
  execute: setAll,
};

async function setAll(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly SafetyOfDatabase[]> {
  const done: SafetyOfDatabase[] = [];
  for (const database of databasesMeant(services, given)) {
    throwIfCancelled(run.signal, setMirrorSafety.describe(given));
    const changed = await database.setSafety(given.Safety);
    const status = database.status();
    run.verbose(`${database.name}: ${changed ? '' : 'it was so already; '}${status.explanation}`);
    done.push({
      DatabaseName: database.name,
      Safety: status.safety ?? 'FULL',
      MirroringStatus: status.principal === 'mirror' ? status.MirroringStatusOnMirror : status.MirroringStatusOnPrimary,
    });
  }
  return done;
}

function databasesMeant(services: EngineServices, given: Parameters): readonly MirroredDatabase[] {
  return services.databases.of(given.PoolFqdn, given.DatabaseType);
}

function ofDatabase(status: DatabaseStatus, given: Parameters): readonly Precondition[] {
  const { DatabaseName, error } = status;
  const mirrored = status.mirror !== undefined && status.mirroringRemoved !== true;
  const told = given.Safety === 'full' || status.witness === undefined || status.witnessState === 'connected';
  return [
    precondition(`${DatabaseName} has a principal`, status.principal !== undefined, status.explanation, () => ({
      code: error?.code ?? 'database-no-principal',
      kind: 'refused',
      object: DatabaseName,
      message: `${DatabaseName} has no principal. ${status.explanation}`,
      remedy: error?.remedy ?? 'Bring its principal back.',
    })),
    precondition(`${DatabaseName} is mirrored`, mirrored, status.explanation, () => ({
      code: 'database-not-mirrored',
      kind: 'refused',
      object: DatabaseName,
      message: `${DatabaseName} is not mirrored, so it has no safety. ${status.explanation}`,
      remedy: 'Name a mirror in the topology, or set it up with Install-CsMirrorDatabase.',
    })),
    precondition(`The witness of ${DatabaseName} can be told`, told, status.witness ?? 'There is none.', () => ({
      code: 'database-no-quorum',
      kind: 'refused',
      object: status.witness ?? DatabaseName,
      message: `The witness ${status.witness ?? ''} of ${DatabaseName} cannot be reached, so it would go on believing that the mirror has every commit.`,
      remedy: 'Bring the witness back.',
    })),
  ];
}
