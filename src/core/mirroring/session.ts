/**
 * Removing mirroring of a database and setting it up again, and its safety: what an administrator decides about a session
 * (domain C.5, C.6).
 *
 * Removing tells first those who could let the mirror take over, the mirror or else the witness, and then the principal, each
 * durably: whoever is asked after an interruption either goes on mirroring or knows that nobody follows any more. Setting up
 * begins a new epoch, which no file and no witness of the former session knows.
 */
import { existsSync } from 'node:fs';
import { LyncTopologyError } from '../errors.ts';
import { linkCut } from '../storage/links.ts';
import { asLyncError } from './asLyncError.ts';
import { failedOver, mirrorLeft, notMirrored } from './errors.ts';
import { requireState, type Safety, setBegun, setEnded, setSafety } from './fileState.ts';
import { removeDatabase } from './fullCopy.ts';
import type { Partnership, Serving } from './partnership.ts';
import type { Place, PlaceDatabase } from './place.ts';

/** What keeps mirroring from being removed, or `undefined`. Nothing is changed. */
export function refusalOfEnd(partnership: Partnership, dropExisting: boolean): LyncTopologyError | undefined {
  return refusal(partnership, () => {
    const { mirror, principal } = requireAtPrimary(partnership);
    if (dropExisting) requireReachable(partnership, principal.place, mirror);
  });
}

/** What keeps mirroring from being set up, or `undefined`. Nothing is changed. */
export function refusalOfSetUp(partnership: Partnership, dropExisting: boolean): LyncTopologyError | undefined {
  return refusal(partnership, () => {
    const { principal } = partnership.serving();
    const { ended } = requireState(principal.database);
    if (!ended && !dropExisting) return;
    const { mirror } = requireAtPrimary(partnership);
    requireReachable(partnership, principal.place, mirror);
    if (!ended) return;
    if (!dropExisting && existsSync(mirror.file)) throw mirrorLeft(partnership.label, mirror);
    requireWitness(partnership);
  });
}

/** See `MirroredDatabase.endMirroring`. */
export function endSession(partnership: Partnership, dropExisting: boolean): boolean {
  const refused = refusalOfEnd(partnership, dropExisting);
  if (refused !== undefined) throw refused;
  const { principal, mirror } = requireAtPrimary(partnership);
  const wasMirrored = !requireState(principal.database).ended;
  if (wasMirrored) tellNobodyFollows(partnership, principal.database, mirror);
  partnership.knownHardened = undefined;
  partnership.forget();
  if (!dropExisting) return wasMirrored;
  dropFile(mirror);
  return true;
}

/** Begins a session that was removed anew, with a mirror that is still to be made. False when it was not removed. */
export function beginSession(partnership: Partnership, dropExisting: boolean): boolean {
  const { principal } = partnership.serving();
  const { ended, epoch, history } = requireState(principal.database);
  if (!ended) return false;
  const refused = refusalOfSetUp(partnership, dropExisting);
  if (refused !== undefined) throw refused;
  const { mirror } = requireAtPrimary(partnership);
  const next = epoch + 1;
  // While the principal's file says that mirroring was removed, nobody asks the witness.
  partnership.witness?.forget();
  partnership.witness?.acknowledge({ history, epoch: next, principal: 'primary', synchronised: false });
  dropFile(mirror);
  setBegun(principal.database, next);
  partnership.forget();
  return true;
}

/** See `MirroredDatabase.setSafety`. */
export function changeSafety(partnership: Partnership, safety: Safety): boolean {
  const { principal, partner } = partnership.serving();
  const state = requireState(principal.database);
  if (partner === undefined) throw notMirrored(partnership.label);
  if (state.safety === safety) return false;
  if (safety === 'off') {
    requireWitness(partnership);
    const { epoch, history } = state;
    partnership.witness?.acknowledge({ history, epoch, principal: principal.place.role, synchronised: false });
  }
  setSafety(principal.database, safety);
  carrySafety(principal.database, partner.database);
  return true;
}

/** Makes the mirror's file say what the principal's says; nothing is written when it does. */
export function carrySafety(principal: PlaceDatabase, mirror: PlaceDatabase | undefined): void {
  if (mirror === undefined) return;
  const { safety } = requireState(principal);
  if (requireState(mirror).safety !== safety) setSafety(mirror, safety);
}

function tellNobodyFollows(partnership: Partnership, principal: PlaceDatabase, mirror: Place): void {
  const { history } = requireState(principal);
  const partner = partnership.links.partners.isUp() ? mirror.reach().database : undefined;
  const follows = partner !== undefined && requireState(partner).history === history;
  if (follows) setEnded(partner);
  try {
    if (partnership.links.toWitness.primary.isUp()) partnership.witness?.forget();
    else if (!follows) requireWitness(partnership);
  } catch (error) {
    // A mirror that knows of it takes no role; what the witness remembers is of no use to anybody then.
    if (!follows) throw error;
  }
  setEnded(principal);
}

function dropFile(mirror: Place): void {
  mirror.close();
  // Where closing did not work the file may still be open: it is left alone.
  const problem = mirror.problem();
  if (problem !== undefined) throw problem;
  removeDatabase(mirror.file);
}

function refusal(partnership: Partnership, check: () => void): LyncTopologyError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return new LyncTopologyError({ ...asLyncError(error, partnership.label).toJSON(), kind: 'refused' });
  }
}

function requireAtPrimary(partnership: Partnership): Serving & { readonly mirror: Place } {
  const { mirror, label } = partnership;
  if (mirror === undefined) throw notMirrored(label);
  const serving = partnership.serving();
  if (serving.principal.place.role !== 'primary') throw failedOver(label, serving.principal.place);
  return { ...serving, mirror };
}

function requireReachable({ links }: Partnership, principal: Place, mirror: Place): void {
  if (!links.partners.isUp()) throw linkCut(principal.server, mirror.server);
  const error = mirror.problem();
  if (error !== undefined) throw error;
}

function requireWitness({ witness, links, primary }: Partnership): void {
  if (witness === undefined) return;
  if (!links.toWitness.primary.isUp()) throw linkCut(primary.server, witness.server);
  const { error } = witness.ask();
  if (error !== undefined) throw error;
}
