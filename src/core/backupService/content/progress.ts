/** Adds up what the copy workers do and reports it at most about ten times a second. */
import type { CopyProgress, Machinery } from './machinery.ts';

const reportMilliseconds = 100;

export interface ProgressMeter {
  /** One batch in the hands of one worker. */
  part(): { advance(done: CopyProgress): void; finish(files: number, bytes: number): void };
  /** Reports at once. */
  report(phase: 'comparing' | 'carrying' | 'finishing'): void;
}

export function startMeter(machinery: Machinery, filesTotal: number, bytesTotal: number): ProgressMeter {
  const parts = new Set<{ files: number; bytes: number }>();
  let finishedFiles = 0;
  let finishedBytes = 0;
  let path = '';
  let reportedAt = 0;
  const report = (phase: 'comparing' | 'carrying' | 'finishing'): void => {
    reportedAt = performance.now();
    let filesDone = finishedFiles;
    let bytesDone = finishedBytes;
    for (const part of parts) {
      filesDone += part.files;
      bytesDone += part.bytes;
    }
    machinery.report({
      phase,
      filesDone: Math.min(filesDone, filesTotal),
      filesTotal,
      bytesDone: Math.min(bytesDone, bytesTotal),
      bytesTotal,
      path,
    });
  };
  return {
    report,
    part() {
      const part = { files: 0, bytes: 0 };
      parts.add(part);
      return {
        advance(done) {
          part.files += done.files;
          part.bytes += done.bytes;
          path = done.path;
          if (performance.now() - reportedAt >= reportMilliseconds) report('carrying');
        },
        finish(files, bytes) {
          parts.delete(part);
          finishedFiles += files;
          finishedBytes += bytes;
          if (performance.now() - reportedAt >= reportMilliseconds) report('carrying');
        },
      };
    },
  };
}
