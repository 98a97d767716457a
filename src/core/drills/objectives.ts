/** What a recovery is measured against: the topology's objectives, or those that Microsoft states (domain B.3). */
import type { Deployment, Objective } from '../topology/model.ts';
import type { ObjectiveName } from './scenario.ts';

const minutes = (count: number): number => count * 60_000;

/** Milliseconds. Stated for Lync Server 2013 pools; later releases have shorter ones where a second row gives them. */
const stated: Readonly<Record<ObjectiveName, { readonly lync2013: Objective; readonly later: Objective }>> = {
  poolFailover: {
    lync2013: { recoveryTime: minutes(30), recoveryPoint: minutes(30) },
    later: { recoveryTime: minutes(20), recoveryPoint: minutes(5) },
  },
  poolFailback: { lync2013: { recoveryTime: minutes(60) }, later: { recoveryTime: minutes(60) } },
  centralManagementFailover: {
    lync2013: { recoveryTime: minutes(5), recoveryPoint: minutes(5) },
    later: { recoveryTime: minutes(5), recoveryPoint: minutes(5) },
  },
  databaseFailover: {
    lync2013: { recoveryTime: minutes(5), recoveryPoint: minutes(5) },
    later: { recoveryTime: minutes(5), recoveryPoint: minutes(5) },
  },
};

export interface AppliedObjective extends Objective {
  readonly name: ObjectiveName;
  readonly from: 'topology' | 'documentation';
}

/** The topology's own first; a deployment with a Lync Server 2013 pool has the objectives of that release. */
export function objectiveOf(deployment: Deployment, name: ObjectiveName): AppliedObjective {
  const own = deployment.objectives?.[name];
  const isLync2013 = deployment.pools.some(({ release }) => release === '2013');
  const documented = stated[name][isLync2013 ? 'lync2013' : 'later'];
  return { name, from: own === undefined ? 'documentation' : 'topology', ...documented, ...own };
}
