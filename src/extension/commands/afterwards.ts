/** What is said when an operation has ended, and what one can do next. */
import { commands, env, l10n, window } from 'vscode';
import type { OperationDefinition } from '../../core/operations/definition.ts';
import { powershellText } from '../../core/operations/powershell.ts';
import type { JobStatus } from '../../core/status.ts';
import type { OperationRequest } from '../../deployments/deployment.ts';
import { bytes, count } from '../amounts.ts';
import { showFailure } from '../failures.ts';
import { commandOf, commands as own, procedures } from '../names.ts';
import type { Services } from '../services.ts';

interface NextStep {
  readonly title: string;
  run(): Thenable<unknown>;
}

export async function tellResult(
  services: Services,
  definition: OperationDefinition,
  request: OperationRequest,
  result: unknown,
  job: string | undefined,
): Promise<void> {
  const sentence = sentenceOf(definition, request, result);
  services.log.info(sentence);
  const steps = nextSteps(definition, request, job);
  const picked = await window.showInformationMessage(sentence, ...steps);
  await picked?.run();
}

function sentenceOf(definition: OperationDefinition, request: OperationRequest, result: unknown): string {
  const facts = isRecord(result) ? result : {};
  const pool = String(request.parameters['PoolFqdn'] ?? '');
  switch (definition.name) {
    case 'init':
      return l10n.t(
        'The data directory is ready: {0} databases, {1} shares.',
        amount(facts, 'databases'),
        amount(facts, 'shares'),
      );
    case 'seed':
      return l10n.t('The pools are filled with sample data. Their backup pools do not have it yet.');
    case 'Invoke-CsBackupServiceSync':
      return synchronisedSentence(pool, facts);
    case 'Restore-ConferenceContents':
      return restoredSentence(pool, facts);
    case 'Invoke-CsDatabaseFailover':
      return failedOverSentence(pool, facts);
    case 'drill':
      return drillSentence(facts);
    case 'Resume-VMReplication':
      return replicaSentence(definition, request, facts);
    case 'Invoke-CsPoolFailOver':
      return l10n.t('{0} is failed over: its users are served by {1}.', pool, String(facts['BackupPoolFqdn']));
    case 'Invoke-CsPoolFailBack':
      return withLoss(l10n.t('{0} serves its users again.', pool), 'changes', facts['Lost']);
    case 'Invoke-CsManagementServerFailover':
      return withLoss(
        l10n.t('{0} hosts the active Central Management store now.', String(facts['ActiveMasterFqdn'])),
        'documents',
        facts['Lost'],
      );
    case 'Invoke-PersistentChatFailover':
      return withLoss(
        l10n.t('Persistent Chat of {0} is failed over: {1} take connections.', pool, serversOf(facts)),
        'messages',
        facts['LostMessages'],
      );
    case 'Invoke-PersistentChatFailback':
      return l10n.t('Persistent Chat of {0} is home again: {1} take connections.', pool, serversOf(facts));
    default:
      return l10n.t('Done: {0}.', definition.title);
  }
}

function synchronisedSentence(pool: string, facts: Facts): string {
  const modules = recordsOf(facts['BackupModules']);
  const items = sum(modules, 'items');
  const partner = String(facts['Partner'] ?? '');
  const leftOut = modules.reduce((all, module) => all + recordsOf(module['leftOut']).length, 0);
  const sent =
    items === 0
      ? l10n.t('{0} has everything of {1} already.', partner, pool)
      : l10n.t(
          '{0} has everything of {1} now: {2} changes, {3}.',
          partner,
          pool,
          count(items),
          bytes(sum(modules, 'bytes')),
        );
  return leftOut === 0
    ? sent
    : l10n.t('{0} {1} things that cannot be copied were left out; the log names them.', sent, count(leftOut));
}

function restoredSentence(pool: string, facts: Facts): string {
  const restored = isRecord(facts['Restored']) ? facts['Restored'] : {};
  return l10n.t(
    '{0} has its conference contents again: {1} files, {2} sent back by {3}.',
    pool,
    count(number(restored['items'])),
    bytes(number(restored['bytes'])),
    String(facts['RestoredFrom'] ?? ''),
  );
}

function replicaSentence(definition: OperationDefinition, { parameters }: OperationRequest, facts: Facts): string {
  const machine = String(parameters['VMName'] ?? '');
  if (parameters['Resynchronize'] !== true) return l10n.t('The replication of {0} goes on.', machine);
  return facts['ReturnValue'] === 0
    ? l10n.t('The replica of {0} is the same again: {1} were sent.', machine, bytes(number(facts['SentBytes'])))
    : l10n.t('{0}: started or scheduled, as a job.', definition.describe(parameters));
}

function withLoss(sentence: string, what: 'changes' | 'documents' | 'messages', lost: unknown): string {
  const amount = Array.isArray(lost) ? lost.length : 0;
  return amount === 0 ? sentence : `${sentence} ${lossSentence(what, amount)}`;
}

function lossSentence(what: 'changes' | 'documents' | 'messages', amount: number): string {
  switch (what) {
    case 'changes':
      return amount === 1
        ? l10n.t('One change was lost; the report names it.')
        : l10n.t('{0} changes were lost; the report names them.', count(amount));
    case 'documents':
      return amount === 1
        ? l10n.t('One document was lost; the report names it.')
        : l10n.t('{0} documents were lost; the report names them.', count(amount));
    case 'messages':
      return amount === 1
        ? l10n.t('One message was lost; the report names it.')
        : l10n.t('{0} messages were lost; the report names them.', count(amount));
  }
}

function serversOf(facts: Facts): string {
  const servers = facts['ActiveServers'];
  return Array.isArray(servers) ? servers.map(String).join(', ') : '';
}

function drillSentence(facts: Facts): string {
  const name = String(facts['drill'] ?? '');
  return facts['outcome'] === 'passed'
    ? l10n.t('The drill {0} passed.', name)
    : l10n.t('The drill {0} failed; its report says where.', name);
}

function failedOverSentence(pool: string, facts: Facts): string {
  const moved = recordsOf(facts['Databases']);
  const [first] = moved;
  if (first === undefined) return l10n.t('The databases of {0} were there already; nothing was moved.', pool);
  return l10n.t(
    '{0} of {1} are now served by {2}.',
    moved.map((database) => String(database['DatabaseName'])).join(', '),
    pool,
    String(first['To']),
  );
}

function nextSteps(
  definition: OperationDefinition,
  request: OperationRequest,
  job: string | undefined,
): readonly NextStep[] {
  const pool = request.parameters['PoolFqdn'];
  const call = (title: string, command: string, argument?: unknown): NextStep => ({
    title,
    run: () => commands.executeCommand(command, argument),
  });
  const showStatus = call(l10n.t('Show Status'), own.showStatus);
  const showLog =
    job === undefined
      ? call(l10n.t('Show Log'), own.showLog)
      : call(l10n.t('Show Log'), own.showJob, { kind: 'job', job });
  const copy = {
    title: l10n.t('Copy PowerShell'),
    run: () => env.clipboard.writeText(powershellText(definition, request.parameters)),
  };
  if (procedures.includes(definition.name) && job !== undefined)
    return [call(l10n.t('Show Report'), own.showProcedure, { kind: 'job', job }), showStatus, copy];
  switch (definition.name) {
    case 'init':
      return [call(l10n.t('Fill with Sample Data'), commandOf('seed')), showStatus];
    case 'seed':
      return [call(l10n.t('Synchronise'), commandOf('Invoke-CsBackupServiceSync')), showStatus];
    case 'Invoke-CsBackupServiceSync':
      return [call(l10n.t('Watch'), own.watchUntilSteadyState, { PoolFqdn: pool }), showStatus, copy, showLog];
    case 'drill':
      return [call(l10n.t('Show Report'), commandOf('report')), showStatus, showLog];
    case 'Restore-ConferenceContents':
    case 'Invoke-CsDatabaseFailover':
      return [showStatus, copy, showLog];
    default:
      return [showStatus, showLog];
  }
}

type Facts = Readonly<Record<string, unknown>>;

/** A job that could not be brought to its end: what was done of it, and the way on. */
export async function tellStopped(services: Services, { id, operation }: JobStatus, error: unknown): Promise<void> {
  const subject = { kind: 'job', job: id };
  const shown = procedures.includes(operation)
    ? { title: l10n.t('Show Report'), command: own.showProcedure, argument: subject }
    : { title: l10n.t('Show Log'), command: own.showJob, argument: subject };
  const again = { title: l10n.t('Run Again…'), command: own.runAgain, argument: subject };
  await showFailure(error, services.log, [again, shown]);
}

/** Of what `init` made and what it found. */
function amount(facts: Facts, name: string): string {
  const parts = [facts['created'], facts['kept']].filter(isRecord);
  return count(sum(parts, name));
}

function sum(records: readonly Facts[], name: string): number {
  return records.reduce((total, record) => total + number(record[name]), 0);
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function recordsOf(value: unknown): readonly Facts[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
