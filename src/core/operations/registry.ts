/** Every operation there is. A new one is a file beside this and a line here. */
import { LyncTopologyError } from '../errors.ts';
import { audit } from './audit.ts';
import { backupCsPool } from './backupCsPool.ts';
import { debugCsInterPoolReplication } from './debugCsInterPoolReplication.ts';
import type { OperationDefinition } from './definition.ts';
import { drill } from './drill.ts';
import { events } from './events.ts';
import { fault } from './fault.ts';
import { getCsAdminRole } from './getCsAdminRole.ts';
import { getCsBackupServiceConfiguration } from './getCsBackupServiceConfiguration.ts';
import { getCsBackupServiceStatus } from './getCsBackupServiceStatus.ts';
import { getCsDatabaseMirrorState } from './getCsDatabaseMirrorState.ts';
import { getCsManagementStoreReplicationStatus } from './getCsManagementStoreReplicationStatus.ts';
import { getCsPersistentChatActiveServer } from './getCsPersistentChatActiveServer.ts';
import { getCsPersistentChatState } from './getCsPersistentChatState.ts';
import { getCsPoolBackupRelationship } from './getCsPoolBackupRelationship.ts';
import { getVMReplication } from './getVMReplication.ts';
import { init } from './init.ts';
import { installCsMirrorDatabase } from './installCsMirrorDatabase.ts';
import { invokeCsBackupServiceSync } from './invokeCsBackupServiceSync.ts';
import { invokeCsDatabaseFailover } from './invokeCsDatabaseFailover.ts';
import { invokeCsManagementServerFailover } from './invokeCsManagementServerFailover.ts';
import { invokeCsPoolFailBack } from './invokeCsPoolFailBack.ts';
import { invokeCsPoolFailOver } from './invokeCsPoolFailOver.ts';
import { didYouMean } from './nearest.ts';
import { persistentChatFailback } from './persistentChatFailback.ts';
import { persistentChatFailover } from './persistentChatFailover.ts';
import { procedure } from './procedure.ts';
import { publishCsTopology } from './publishCsTopology.ts';
import { removeCsBackupServiceConfiguration } from './removeCsBackupServiceConfiguration.ts';
import { removeCsUserStoreBackupData } from './removeCsUserStoreBackupData.ts';
import { report } from './report.ts';
import { restoreConferenceContents } from './restoreConferenceContents.ts';
import { restorePoolBackupPackage } from './restorePoolBackupPackage.ts';
import { resumeVMReplication } from './resumeVMReplication.ts';
import { seed } from './seed.ts';
import { setCsBackupServiceConfiguration } from './setCsBackupServiceConfiguration.ts';
import { setCsPersistentChatActiveServer } from './setCsPersistentChatActiveServer.ts';
import { setCsPersistentChatState } from './setCsPersistentChatState.ts';
import { setMirrorSafety } from './setMirrorSafety.ts';
import { shipLogs } from './shipLogs.ts';
import { suspendVMReplication } from './suspendVMReplication.ts';
import { uninstallCsMirrorDatabase } from './uninstallCsMirrorDatabase.ts';

/** In the order in which menus and help show them. */
export const operations: readonly OperationDefinition[] = [
  invokeCsBackupServiceSync,
  getCsBackupServiceStatus,
  restoreConferenceContents,
  debugCsInterPoolReplication,
  backupCsPool,
  restorePoolBackupPackage,
  getCsPoolBackupRelationship,
  getCsBackupServiceConfiguration,
  setCsBackupServiceConfiguration,
  removeCsBackupServiceConfiguration,
  publishCsTopology,
  removeCsUserStoreBackupData,
  getCsDatabaseMirrorState,
  invokeCsDatabaseFailover,
  installCsMirrorDatabase,
  uninstallCsMirrorDatabase,
  getCsManagementStoreReplicationStatus,
  invokeCsManagementServerFailover,
  getCsPersistentChatState,
  setCsPersistentChatState,
  getCsPersistentChatActiveServer,
  setCsPersistentChatActiveServer,
  persistentChatFailover,
  persistentChatFailback,
  invokeCsPoolFailOver,
  invokeCsPoolFailBack,
  getCsAdminRole(() => operations),
  resumeVMReplication,
  suspendVMReplication,
  getVMReplication,
  init,
  seed,
  shipLogs,
  setMirrorSafety,
  fault,
  drill(() => operations),
  report,
  procedure,
  audit,
  events,
];

/** The operation of that name, in any case, if there is one. */
export function findOperation(name: string): OperationDefinition | undefined {
  const lower = name.toLowerCase();
  return operations.find((operation) => operation.name.toLowerCase() === lower);
}

/** Throws `command-unknown`, with the name that was probably meant. */
export function requireOperation(name: string): OperationDefinition {
  const operation = findOperation(name);
  if (operation !== undefined) return operation;
  throw new LyncTopologyError({
    code: 'command-unknown',
    kind: 'usage',
    object: name,
    message: `There is no operation ${name}.`,
    remedy: didYouMean(
      name,
      operations.map((known) => known.name),
      'lync-topology --help lists them.',
    ),
  });
}
