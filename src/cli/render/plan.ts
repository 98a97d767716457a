/** A plan as text. */
import type { Plan } from '../../core/operations/definition.ts';
import type { Output } from '../terminal.ts';
import { wrap } from './wrap.ts';

export function writePlan(out: Output, plan: Plan): void {
  out.line(out.style('bold', plan.title));
  writePreconditions(out, plan);
  section(out, 'Steps');
  plan.steps.forEach((step, index) => {
    paragraph(out, `${index + 1}. `, step.title);
    paragraph(out, '   ', step.detail);
  });
  if (plan.losses.length > 0) {
    section(out, 'What would be lost or interrupted');
    for (const loss of plan.losses) paragraph(out, '- ', loss);
  }
  section(out, 'PowerShell for real servers');
  for (const line of plan.powershell.split('\n')) out.line(`  ${line}`);
  out.line();
  out.line(
    plan.ready
      ? out.style('green', 'It can run now.')
      : out.style('red', 'It cannot run now: not every precondition is met.'),
  );
}

function writePreconditions(out: Output, plan: Plan): void {
  if (plan.preconditions.length === 0) return;
  section(out, 'Preconditions');
  for (const { statement, met, evidence, remedy } of plan.preconditions) {
    const mark = met ? out.style('green', '✓') : out.style('red', '✗');
    const [first = '', ...more] = wrap(`${met ? '' : 'Not met: '}${statement}. ${evidence}`, out.columns - 4);
    out.line(`  ${mark} ${first}`);
    for (const line of more) out.line(`    ${line}`);
    if (remedy !== undefined) paragraph(out, '  ', remedy);
  }
}

function section(out: Output, title: string): void {
  out.line();
  out.line(out.style('bold', title));
}

function paragraph(out: Output, mark: string, text: string): void {
  const indent = ' '.repeat(mark.length + 2);
  const [first = '', ...more] = wrap(text, out.columns, indent);
  out.line(`  ${mark}${first.trimStart()}`);
  for (const line of more) out.line(line);
}
