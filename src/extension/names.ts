/** The names that the manifest and the code share. */

export const languageId = 'lync-topology';

/** Of tasks in `tasks.json`; with a `$` before it, the problem matcher. */
export const taskType = 'lync-topology';

export const views = { status: 'lyncTopology.status', jobs: 'lyncTopology.jobs' } as const;

export const schemes = {
  plan: 'lync-topology-plan',
  job: 'lync-topology-job',
  result: 'lync-topology-result',
} as const;

/** Context keys of `when` clauses in the manifest. */
export const contextKeys = {
  /** The workspace has been searched for topology files. */
  ready: 'lyncTopology.ready',
  hasTopology: 'lyncTopology.hasTopology',
  hasSeveralTopologies: 'lyncTopology.hasSeveralTopologies',
  topologyChosen: 'lyncTopology.topologyChosen',
  connection: 'lyncTopology.connection',
  /** `yes`, `no`, or `unknown` while nothing was measured. */
  initialized: 'lyncTopology.initialized',
} as const;

/** Commands of the extension's own; those of the operations are named by `commandOf`. */
export const commands = {
  openWalkthrough: 'lyncTopology.openWalkthrough',
  createSample: 'lyncTopology.createSample',
  selectTopology: 'lyncTopology.selectTopology',
  openTopology: 'lyncTopology.openTopology',
  initializeDataDirectory: 'lyncTopology.initializeDataDirectory',
  seed: 'lyncTopology.seed',
  openDataDirectory: 'lyncTopology.openDataDirectory',
  showLog: 'lyncTopology.showLog',
  showStatus: 'lyncTopology.showStatus',
  showJobs: 'lyncTopology.showJobs',
  showPlan: 'lyncTopology.showPlan',
  copyPowerShell: 'lyncTopology.copyPowerShell',
  copyName: 'lyncTopology.copyName',
  connect: 'lyncTopology.connect',
  watchUntilSteadyState: 'lyncTopology.watchUntilSteadyState',
  restoreConferenceContents: 'lyncTopology.restoreConferenceContents',
  synchronize: 'lyncTopology.synchronize',
  resynchronize: 'lyncTopology.resynchronize',
  failOverToMirror: 'lyncTopology.failOverToMirror',
  failBackToPrimary: 'lyncTopology.failBackToPrimary',
  forceService: 'lyncTopology.forceService',
  runAgain: 'lyncTopology.runAgain',
  showProcedure: 'lyncTopology.showProcedure',
  cancelJob: 'lyncTopology.cancelJob',
  showJob: 'lyncTopology.showJob',
  restartLanguageServer: 'lyncTopology.restartLanguageServer',
} as const;

/** The operations that run in steps on record. Named here, since a tree must not read all operations to be drawn. */
export const procedures: readonly string[] = [
  'Invoke-CsManagementServerFailover',
  'Invoke-PersistentChatFailover',
  'Invoke-PersistentChatFailback',
  'Invoke-CsPoolFailOver',
  'Invoke-CsPoolFailBack',
];

/**
 * The command of an operation: `lyncTopology.` and the cmdlet's name without its hyphens, first letter small. The command
 * line's `init` has a name that says what it initialises.
 */
export function commandOf(operation: string): string {
  if (operation === 'init') return commands.initializeDataDirectory;
  const joined = operation.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `lyncTopology.${joined.charAt(0).toLowerCase()}${joined.slice(1)}`;
}
