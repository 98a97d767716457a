/** Every feature of the server, one file each. */
import type { Feature } from '../feature.ts';
import { codeActions } from './codeActions.ts';
import { completion } from './completion.ts';
import { diagnostics } from './diagnostics.ts';
import { hover } from './hover.ts';
import { summary } from './summary.ts';
import { workspaceDiagnostics } from './workspaceDiagnostics.ts';

export const features: readonly Feature[] = [
  diagnostics,
  workspaceDiagnostics,
  completion,
  hover,
  codeActions,
  summary,
];
