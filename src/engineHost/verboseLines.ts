/** The Verbose streams of running jobs: whoever follows one late still gets it from its first line. */

export interface VerboseLines {
  add(line: string, job?: string): void;
  follow(job: string, listener: (line: string) => void): Disposable;
  end(job: string): void;
}

interface Stream {
  readonly lines: string[];
  readonly listeners: Set<(line: string) => void>;
}

export function createVerboseLines(): VerboseLines {
  const streams = new Map<string, Stream>();
  const stream = (job: string): Stream => {
    const known = streams.get(job);
    if (known !== undefined) return known;
    const created: Stream = { lines: [], listeners: new Set() };
    streams.set(job, created);
    return created;
  };
  return {
    add: (line, job) => {
      if (job === undefined) return;
      const { lines, listeners } = stream(job);
      lines.push(line);
      for (const listener of listeners) listener(line);
    },
    follow: (job, listener) => {
      const { lines, listeners } = stream(job);
      for (const line of lines) listener(line);
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    end: (job) => void streams.delete(job),
  };
}
