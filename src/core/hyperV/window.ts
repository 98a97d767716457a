/** The daily window in which resynchronisations start by themselves (domain E.5). */
import type { VirtualMachine } from '../topology/model.ts';

/** Local time; a window whose end is not after its beginning goes over midnight, and one of no length is the whole day. */
export function isInWindow({ enabled, start, end }: VirtualMachine['autoResynchronize'], now: Date): boolean {
  if (!enabled) return false;
  const minute = now.getHours() * 60 + now.getMinutes();
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}
