/** Tells the witness that the mirror has every commit, which is what lets it promote the mirror by itself. */

import { requireState, samePosition, setWitnessTold } from './fileState.ts';
import type { Partnership } from './partnership.ts';

/** Does nothing when the witness knows, cannot be reached, or the mirror is behind. Never throws. */
export function tellSynchronised(partnership: Partnership): void {
  const { witness, links } = partnership;
  if (witness === undefined) return;
  try {
    const { principal, partner } = partnership.serving();
    if (partner?.database === undefined || !links.toWitness[principal.place.role].isUp()) return;
    const { record } = witness.ask();
    const own = requireState(principal.database);
    const other = requireState(partner.database);
    const together = own.history === other.history && own.epoch === other.epoch && other.vow === '';
    if (own.safety === 'off' || !together || !samePosition(own.position, other.position)) return;
    if (own.witnessTold && record?.epoch === own.epoch && record.synchronised) return;
    setWitnessTold(principal.database, true);
    const { epoch, history } = own;
    witness.acknowledge({ history, epoch, principal: principal.place.role, synchronised: true });
  } catch {
    // Without a principal or a witness there is nothing to tell; what is wrong is in the status.
  }
}
