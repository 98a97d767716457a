/** Keeps a session going: catching the mirror up, redo, trimming the logs; in steps, so that nobody waits for it. */
import { setImmediate } from 'node:timers/promises';
import type { LyncTopologyError } from '../errors.ts';
import { asLyncError } from './asLyncError.ts';
import { catchUpStep } from './catchUp.ts';
import { requireState } from './fileState.ts';
import { copyFile, removeLeftovers } from './fullCopy.ts';
import { carryLosses } from './losses.ts';
import type { Partnership, Serving } from './partnership.ts';
import { type LogPolicy, trimMirror, trimPrincipal } from './readers.ts';
import type { PlaceRole } from './roles.ts';
import { carrySafety } from './session.ts';
import { tellSynchronised } from './synchronised.ts';

/** What the last maintenance found, for the status. */
export interface Upkeep {
  /** What keeps the mirror from following although it can be reached. */
  problem: LyncTopologyError | undefined;
  copying: boolean;
  /** Places where what a killed process left behind has been removed. */
  readonly swept: Set<PlaceRole>;
}

export interface UpkeepRequest {
  readonly partnership: Partnership;
  readonly upkeep: Upkeep;
  readonly root: string;
  readonly policy: LogPolicy;
  readonly signal: AbortSignal | undefined;
  /** A folder that a full copy goes through; from file to file without one. */
  readonly through?: string | undefined;
}

/** Works until there is nothing to do, the signal is raised, or a place cannot be used. Never throws. */
export async function maintainSession(request: UpkeepRequest): Promise<void> {
  const { signal, upkeep } = request;
  try {
    for (const place of [request.partnership.primary, request.partnership.mirror]) place?.tryAgain();
    sweep(request);
    while (signal?.aborted !== true && (await step(request))) await setImmediate();
    tellSynchronised(request.partnership);
    if (signal?.aborted !== true) upkeep.problem = undefined;
  } catch (error) {
    upkeep.problem = asLyncError(error, request.partnership.label);
  }
}

/** Once for each place, as soon as its server runs: nobody else is at work there, since upkeep is one after the other. */
function sweep({ partnership, upkeep }: UpkeepRequest): void {
  for (const place of [partnership.primary, partnership.mirror]) {
    if (place === undefined || upkeep.swept.has(place.role) || !place.isRunning()) continue;
    removeLeftovers(place.file);
    upkeep.swept.add(place.role);
  }
}

/** True when there may be more to do. */
async function step(request: UpkeepRequest): Promise<boolean> {
  const { partnership, policy } = request;
  const serving = servingOrNothing(partnership);
  if (serving === undefined) return false;
  const principal = serving.principal.database;
  if (serving.partner === undefined) return trimPrincipal(principal, requireState(principal), undefined, policy);
  const mirror = serving.partner.database;
  if (mirror === undefined) {
    const state = requireState(principal);
    const wanted = partnership.links.partners.isUp() && !state.suspended;
    if (wanted && serving.partner.place.isBlank()) return await copyTo(request, serving);
    return trimPrincipal(principal, state, partnership.knownHardened ?? state.partnerHardened, policy);
  }
  const outcome = catchUpStep(principal, mirror);
  if (outcome === 'copy') return await copyTo(request, serving);
  if (outcome === 'again') return true;
  const hardened = requireState(mirror);
  partnership.knownHardened = hardened.position.sequence;
  carryLosses(principal, mirror);
  carrySafety(principal, mirror);
  const trimmed = trimPrincipal(principal, requireState(principal), hardened.position.sequence, policy);
  return trimMirror(principal, mirror, hardened, policy) || trimmed;
}

/** The reason why nobody serves is told to those who ask for something; upkeep waits until somebody does. */
function servingOrNothing(partnership: Partnership): Serving | undefined {
  try {
    return partnership.serving();
  } catch {
    return undefined;
  }
}

/** Makes the mirror's file anew. False when it cannot be used afterwards. Throws what keeps it from being made. */
export async function copyTo(request: UpkeepRequest, serving: Serving): Promise<boolean> {
  const { partnership, upkeep } = request;
  const { principal, partner } = serving;
  if (partner === undefined) return false;
  const { epoch, history } = requireState(principal.database);
  upkeep.copying = true;
  try {
    await copyFile({
      root: request.root,
      through: request.through,
      from: { file: principal.place.file, label: principal.database.label },
      to: { file: partner.place.file, label: partner.place.label },
      stillWanted: () =>
        stillPrincipal(partnership, principal.place.role, epoch, history) &&
        partner.place.isRunning() &&
        partnership.links.partners.isUp(),
      release: () => {
        partner.place.close();
        partnership.forget();
        // The old file may still be open there: it is left alone.
        const problem = partner.place.problem();
        if (problem !== undefined) throw problem;
      },
    });
  } finally {
    upkeep.copying = false;
    partner.place.close();
    partnership.forget();
  }
  // A place that went away while it was copied is not tried again at once.
  return partner.place.reach().database !== undefined;
}

function stillPrincipal(partnership: Partnership, role: string, epoch: number, history: string): boolean {
  const now = servingOrNothing(partnership);
  if (now === undefined || now.principal.place.role !== role) return false;
  const state = requireState(now.principal.database);
  return state.epoch === epoch && state.history === history;
}
