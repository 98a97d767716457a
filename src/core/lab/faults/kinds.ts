/** Every kind of fault, in the order in which they are listed; what is done to all of them. */
import { LyncTopologyError } from '../../errors.ts';
import type { FaultKind, FaultStatus } from '../../status.ts';
import { corrupt } from './corrupt.ts';
import { cut } from './cut.ts';
import { diskFull } from './diskFull.ts';
import type { FaultDefinition, FaultScene } from './kind.ts';
import { lose } from './lose.ts';
import { readOnly } from './readOnly.ts';
import { slow } from './slow.ts';
import { stop } from './stop.ts';
import { faultTarget } from './targets.ts';

export const faultDefinitions: readonly FaultDefinition[] = [stop, cut, slow, lose, readOnly, diskFull, corrupt];

export function faultDefinition(kind: FaultKind): FaultDefinition {
  const definition = faultDefinitions.find((candidate) => candidate.kind === kind);
  if (definition === undefined) throw new Error(`there is no kind of fault ${kind}`);
  return definition;
}

export function presentFaults(scene: FaultScene): readonly FaultStatus[] {
  return faultDefinitions.flatMap((definition) => definition.present(scene));
}

/** Ends every fault on the target. Throws `fault-unknown` for a name that nothing has, `argument-invalid` for nothing to mend. */
export function mendFaults(scene: FaultScene, name: string): void {
  const mended = faultDefinitions.map((definition) => definition.mend(scene, name));
  if (mended.includes(true)) return;
  const target = faultTarget(scene.deployment, name);
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: target.name,
    message: `${target.name} is no server, and it has no fault that can be mended.`,
    remedy: '"lync-topology fault list" shows what is broken.',
  });
}

export function mendAllFaults(scene: FaultScene): void {
  for (const definition of faultDefinitions) definition.mendAll(scene);
}
