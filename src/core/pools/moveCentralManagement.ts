/** The steps in which the Central Management store moves to the backup pool (domain B.5, B.6). */
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { Runbook, RunbookStep } from '../runbooks/runbook.ts';

/** `normal`: the present store answers. `disaster`: it is not contacted. */
export interface CentralManagementMove {
  readonly set: 'normal' | 'disaster' | 'restore';
  /** FQDNs. */
  readonly from: string;
  readonly to: string;
}

export interface MoveContext {
  readonly services: EngineServices;
}

type Step = RunbookStep<MoveContext>;

export const centralManagementSubject = 'centralManagement';
export const centralManagementOperation = 'Invoke-CsManagementServerFailover';

export function moveRunbook(move: CentralManagementMove): Runbook<MoveContext> {
  return {
    operation: centralManagementOperation,
    subject: centralManagementSubject,
    parameters: { ...move },
    steps: stepsOf(move),
  };
}

function stepsOf(move: CentralManagementMove): readonly Step[] {
  switch (move.set) {
    case 'normal':
      return [
        closeSource(move),
        replicate(move),
        moveConnectionPoint(move),
        activateTarget(move),
        demoteSource(move),
        verify(move),
      ];
    case 'disaster':
      return [moveConnectionPoint(move), activateTarget(move), demoteSource(move), verify(move)];
    case 'restore':
      return [restoreStores(move), verify(move)];
  }
}

function closeSource({ from, to }: CentralManagementMove): Step {
  return {
    id: 'closeSource',
    title: `Make the Central Management store of ${from} read-only`,
    detail: 'It takes no changes any more, so that what is replicated next is everything.',
    alreadyDone: async ({ services }) => {
      const { active, movingTo } = services.centralManagement.standing();
      if (active === to) return `${to} has the active store.`;
      return movingTo === to && isClosed(services, from) ? `It is being moved to ${to}.` : undefined;
    },
    run: async ({ services }) => {
      services.centralManagement.beginMove(to);
      return `It is being moved to ${to} and refuses changes.`;
    },
  };
}

function isClosed({ centralManagement }: EngineServices, pool: string): boolean {
  return centralManagement.standing().stores.some((store) => store.pool === pool && store.movingTo !== undefined);
}

function replicate({ from, to }: CentralManagementMove): Step {
  const module = 'CentralMgmt.CMSMaster';
  return {
    id: 'replicate',
    title: `Replicate it to ${to} until nothing is outstanding`,
    detail: `${module} of ${from} is synchronised and must be in Final State.`,
    command: `Invoke-CsBackupServiceSync -PoolFqdn ${from} -BackupModule ${module}`,
    alreadyDone: async ({ services }) =>
      services.centralManagement.standing().active === to ? `${to} has the active store.` : undefined,
    run: async ({ services }, run) => {
      await services.backupService.synchronize(from, [module], { ...run, acceptLoss: false });
      const status = await services.backupService.measureModule(from, module, run.signal);
      if (status.ExportStatus === 'FinalState') return `${module} of ${from}: FinalState.`;
      throw new LyncTopologyError(
        status.exportError ?? {
          code: 'sync-failed',
          kind: 'failed',
          object: module,
          message: `${module} of ${from} is in ${status.ExportStatus}, not in FinalState. ${status.explanation}`,
          remedy: 'Mend what it names.',
        },
      );
    },
  };
}

function moveConnectionPoint({ to }: CentralManagementMove): Step {
  return {
    id: 'moveConnectionPoint',
    title: `Point the deployment at the store of ${to}`,
    detail: 'From here on the store of the other pool is an old one, whatever it says of itself.',
    alreadyDone: async ({ services }) => {
      const { active, epoch } = services.centralManagement.standing();
      return active === to ? `The connection point names ${to}, epoch ${epoch}.` : undefined;
    },
    run: async ({ services }) => {
      services.centralManagement.moveConnectionPoint(to);
      return `The connection point names ${to}, epoch ${services.centralManagement.standing().epoch}.`;
    },
  };
}

function activateTarget({ to }: CentralManagementMove): Step {
  return {
    id: 'activate',
    title: `Make the store of ${to} the active one`,
    detail: 'Its mode changes from Backup to Active: it exports, and administrators change it.',
    alreadyDone: async ({ services }) =>
      services.centralManagement
        .standing()
        .stores.some((store) => store.pool === to && isActiveNow(services, to, store))
        ? `Its mode is Active.`
        : undefined,
    run: async ({ services }) => {
      services.centralManagement.activate();
      return `Its mode is Active, epoch ${services.centralManagement.standing().epoch}.`;
    },
  };
}

function isActiveNow(services: EngineServices, pool: string, store: { readonly error?: unknown }): boolean {
  return store.error === undefined && services.centralManagement.isActive(pool);
}

function demoteSource({ from }: CentralManagementMove): Step {
  return {
    id: 'demote',
    title: `Make the store of ${from} the standby copy`,
    detail: 'A store that does not answer is demoted when it does, before it can export or be changed.',
    alreadyDone: async ({ services }) => demotion(services, from),
    run: async ({ services }) => {
      services.centralManagement.settle();
      return (
        demotion(services, from) ??
        `${from} does not answer. Its store belongs to an epoch that is over, and is demoted as soon as it answers.`
      );
    },
  };
}

function demotion({ centralManagement }: EngineServices, pool: string): string | undefined {
  const store = centralManagement.standing().stores.find((candidate) => candidate.pool === pool);
  if (store?.mode !== 'Backup') return undefined;
  const lost = store.unreplicated?.length ?? 0;
  return lost === 0 ? 'Its mode is Backup.' : `Its mode is Backup. It held ${lost} documents that were not replicated.`;
}

function restoreStores({ to }: CentralManagementMove): Step {
  return {
    id: 'restore',
    title: `Bring both stores in line with a connection point that names ${to}`,
    detail: 'A move that was interrupted is called off, or finished if the connection point has moved.',
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      services.centralManagement.restore(to);
      return `${to} has the active store.`;
    },
  };
}

/** Never two stores that say Active in the epoch that counts, and the one that does is the right one. */
function verify({ to }: CentralManagementMove): Step {
  return {
    id: 'verify',
    title: 'See that exactly one store is active',
    detail: 'Both stores are asked.',
    command: 'Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus',
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      const { stores, movingTo } = services.centralManagement.standing();
      const active = stores.filter(({ pool }) => services.centralManagement.isActive(pool)).map(({ pool }) => pool);
      if (active.length === 1 && active[0] === to && movingTo === undefined) return `ActiveMasterFqdn: ${to}`;
      throw new LyncTopologyError({
        code: 'central-management-lost',
        kind: 'failed',
        object: to,
        message: `The store of ${to} is not the one active Central Management store; active: ${active.join(', ') || 'none'}.`,
        remedy: 'Run Invoke-CsManagementServerFailover -Restore.',
      });
    },
  };
}
