/**
 * Whether a principal may acknowledge a commit that its mirror does not have.
 *
 * Without a witness it may. With one the mirror could be promoted behind its back, so the witness must have taken back before
 * that the mirror is synchronised: then only a forced failover can pass the commit over, and that one lists what it lost.
 * `witnessTold` in the principal's file is false only when the witness can not believe so for this epoch.
 */
import { LyncTopologyError } from '../errors.ts';
import { linkCut } from '../storage/links.ts';
import { failingOver, noQuorum } from './errors.ts';
import { type FileState, requireState, setWitnessTold } from './fileState.ts';
import type { Partnership, Serving } from './partnership.ts';
import type { Witness } from './witness.ts';

/** The reason why not, or `undefined` when it may. Part of the principal's open transaction. Never throws. */
export function commitsExposed(
  partnership: Partnership,
  serving: Serving,
  before: FileState,
): LyncTopologyError | undefined {
  const { witness, label, links } = partnership;
  if (witness === undefined || before.ended) return undefined;
  const { place, database } = serving.principal;
  const cut = links.toWitness[place.role].isUp() ? undefined : linkCut(place.server, witness.server);
  const told = cut ?? tellExposed(partnership, witness, serving, before);
  if (told === undefined) {
    if (before.witnessTold) setWitnessTold(database, false);
    return undefined;
  }
  if (told.code === 'database-failing-over') return told;
  return !before.witnessTold && hasPartner(partnership, serving, before)
    ? undefined
    : noQuorum(label, told.message, told.remedy);
}

/** Tells the witness, unless it knows; `database-failing-over` when it has acknowledged another principal. */
function tellExposed(
  partnership: Partnership,
  witness: Witness,
  serving: Serving,
  { epoch, history }: FileState,
): LyncTopologyError | undefined {
  const answer = witness.ask();
  if (answer.error !== undefined) return answer.error;
  const { record } = answer;
  const principal = serving.principal.place.role;
  const known = record !== undefined && record.epoch === epoch && record.principal === principal;
  if (known && record.history === history && !record.synchronised) return undefined;
  try {
    return witness.acknowledge({ history, epoch, principal, synchronised: false })
      ? undefined
      : failingOver(partnership.label);
  } catch (error) {
    if (error instanceof LyncTopologyError) return error;
    return noQuorum(partnership.label, String(error), undefined);
  }
}

/** The partner answers as the mirror of this principal, and has not asked for the role. */
function hasPartner(partnership: Partnership, serving: Serving, { epoch, history }: FileState): boolean {
  const database = serving.partner?.place.reach().database;
  if (database === undefined || !partnership.links.partners.isUp()) return false;
  try {
    const state = requireState(database);
    return state.role === 'mirror' && state.epoch === epoch && state.history === history && state.vow === '';
  } catch {
    return false;
  }
}
