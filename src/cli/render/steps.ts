/** The steps of a procedure as text: what was done, with which command, and how one sees that it is done. */
import * as z from 'zod';
import type { Output } from '../terminal.ts';
import { wrap } from './wrap.ts';

const stepSchema = z.union([
  z.object({
    title: z.string(),
    state: z.enum(['pending', 'running', 'done', 'failed']),
    command: z.string().optional(),
    evidence: z.string().optional(),
    error: z.object({ message: z.string() }).optional(),
  }),
  z
    .object({ Step: z.string(), Evidence: z.string() })
    .transform(({ Step, Evidence }) => ({ title: Step, state: 'done' as const, evidence: Evidence })),
]);

interface Step {
  readonly title: string;
  readonly state: 'pending' | 'running' | 'done' | 'failed';
  readonly command?: string | undefined;
  readonly evidence?: string | undefined;
  readonly error?: { readonly message: string } | undefined;
}

/** The rows as steps; `undefined` when they are something else. */
export function readSteps(rows: readonly unknown[]): readonly Step[] | undefined {
  const steps = z.array(stepSchema).safeParse(rows);
  return steps.success ? steps.data : undefined;
}

export function writeSteps(out: Output, steps: readonly Step[]): void {
  const width = String(steps.length).length;
  const indent = ' '.repeat(width + 6);
  steps.forEach(({ title, state, command, evidence, error }, index) => {
    out.line(`  ${markOf(out, state)} ${String(index + 1).padStart(width)}. ${out.style('bold', title)}`);
    for (const line of command?.split('\n') ?? []) out.line(indent + out.style('dim', line));
    for (const text of [evidence, error?.message]) {
      if (text === undefined || text === '') continue;
      for (const line of wrap(text, out.columns, indent)) out.line(line);
    }
  });
}

function markOf(out: Output, state: Step['state']): string {
  switch (state) {
    case 'done':
      return out.style('green', '✓');
    case 'failed':
      return out.style('red', '✗');
    case 'running':
      return '…';
    case 'pending':
      return '·';
  }
}
