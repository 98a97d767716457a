/** Errors of file-content replication: every one names the share or file, the cause and the way on. */
import { LyncTopologyError } from '../../errors.ts';
import { systemCode } from './fileSystem.ts';
import type { ContentShare, ContentStream, GuardFinding } from './types.ts';

export type Side = 'source' | 'target';

/** A file-system call that failed, with the side it concerned. Never leaves this library. */
export class SideFailure extends Error {
  readonly side: Side;
  readonly systemCode: string;

  constructor(side: Side, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.side = side;
    this.systemCode = systemCode(cause) ?? 'UNKNOWN';
  }
}

/** Runs file-system calls of one side and marks their failure with it. Other errors pass through. */
export function onSide<Result>(side: Side, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw systemCode(error) === undefined || error instanceof SideFailure ? error : new SideFailure(side, error);
  }
}

/** A failure of one file. */
export interface FileFailure {
  readonly path: string;
  readonly side: Side;
  readonly systemCode: string;
}

const writeRefusals = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Failures after which no other file can succeed either. */
export function endsCycle(failure: FileFailure): boolean {
  return failure.systemCode === 'ENOSPC' || failure.systemCode === 'EDQUOT' || failure.systemCode === 'EROFS';
}

/** Turns the first failure of a cycle into the error that a person reads; `count` is how many files failed. */
export function failureError(stream: ContentStream, failure: FileFailure, count: number): LyncTopologyError {
  const share = stream[failure.side];
  const others = count > 1 ? ` (and ${count - 1} more)` : '';
  const where = `${quoted(failure.path)}${others} on ${share.name}`;
  if (failure.systemCode === 'ENOSPC' || failure.systemCode === 'EDQUOT') return diskFull(share, failure.systemCode);
  if (failure.side === 'target' && writeRefusals.has(failure.systemCode)) {
    return new LyncTopologyError({
      code: 'share-unwritable',
      kind: 'failed',
      object: share.name,
      message: `${where} could not be written: the system refused it (${failure.systemCode}).`,
      remedy: `Give this account write access to ${share.directory}, then run the synchronisation again.`,
    });
  }
  if (failure.side === 'source' && writeRefusals.has(failure.systemCode)) {
    return new LyncTopologyError({
      code: 'share-unreadable',
      kind: 'failed',
      object: share.name,
      message: `${where} could not be read: the system refused it (${failure.systemCode}).`,
      remedy: `Give this account read access to ${share.directory}, then run the synchronisation again.`,
    });
  }
  const verb = failure.side === 'source' ? 'read' : 'written';
  return new LyncTopologyError({
    code: 'sync-failed',
    kind: 'failed',
    object: share.name,
    message: `${where} could not be ${verb}: the system reported ${failure.systemCode}.`,
    remedy: 'Everything else was carried. Mend the cause (a file in use, a failing disk), then run it again.',
  });
}

function diskFull(share: ContentShare, code: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'disk-full',
    kind: 'failed',
    object: share.name,
    message: `The disk that holds ${share.name} (${share.directory}) is full (${code}); what was carried so far is kept.`,
    remedy: 'Free space there, then run the synchronisation again: it goes on where it stopped.',
  });
}

/** The refusal that a guard finding leads to. */
export function guardError(stream: ContentStream, finding: GuardFinding, side: Side): LyncTopologyError {
  const share = stream[side];
  const partner = side === 'source' ? stream.target : stream.source;
  const folder = finding.directory ?? share.directory;
  if (finding.kind === 'missing') {
    return new LyncTopologyError({
      code: 'share-missing',
      kind: 'refused',
      object: share.name,
      message: `The share ${share.name} of pool ${share.pool} is not there: the folder ${folder} does not exist. Nothing was deleted on ${partner.name}.`,
      remedy: `Bring the folder back (or mount it). If its content is lost, ${restoreSentence(partner)}`,
    });
  }
  if (finding.kind === 'unreadable') {
    return new LyncTopologyError({
      code: 'share-unreadable',
      kind: 'refused',
      object: share.name,
      message: `The share ${share.name} of pool ${share.pool} cannot be read: ${folder} (${finding.systemCode ?? 'EIO'}). Nothing was deleted on ${partner.name}.`,
      remedy: `Give this account read access to ${folder}, then run the synchronisation again.`,
    });
  }
  const what =
    finding.kind === 'empty'
      ? `came back empty; ${finding.knownFiles} files are known to belong there`
      : `lost ${finding.lostFiles} of ${finding.knownFiles} known files since the last cycle`;
  return new LyncTopologyError({
    code: 'share-lost-content',
    kind: 'refused',
    object: share.name,
    message: `The share ${share.name} of pool ${share.pool} ${what}. Nothing was deleted on ${partner.name}.`,
    remedy:
      side === 'source'
        ? `To get the content back, ${restoreSentence(partner)} If it was deleted on purpose, accept the loss explicitly.`
        : `To fill it again, ${restoreSentence(partner)}`,
  });
}

function restoreSentence(partner: ContentShare): string {
  return `run Invoke-CsBackupServiceSync -PoolFqdn ${partner.pool} -BackupModule ConfServices.DataConf.`;
}

function quoted(path: string): string {
  return path === '' ? 'The share folder' : JSON.stringify(path);
}
