/** The error of a command line that does not say what it has to: exit status 64. */
import { LyncTopologyError } from '../core/errors.ts';

export function usage(
  code: 'argument-unknown' | 'argument-missing' | 'argument-invalid' | 'command-unknown',
  object: string,
  message: string,
  remedy: string,
): LyncTopologyError {
  return new LyncTopologyError({ code, kind: 'usage', object, message, remedy });
}
