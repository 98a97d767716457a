/** Every feature of the server, one file each. */
import type { Feature } from '../feature.ts';
import { callHierarchy } from './callHierarchy.ts';
import { codeActions } from './codeActions.ts';
import { completion } from './completion.ts';
import { definition } from './definition.ts';
import { diagnostics } from './diagnostics.ts';
import { documentLinks } from './documentLinks.ts';
import { documentSymbols } from './documentSymbols.ts';
import { folding } from './folding.ts';
import { formatting } from './formatting.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlayHints.ts';
import { linkedEditing } from './linkedEditing.ts';
import { references } from './references.ts';
import { rename } from './rename.ts';
import { selectionRanges } from './selectionRanges.ts';
import { semanticTokens } from './semanticTokens.ts';
import { summary } from './summary.ts';
import { workspaceDiagnostics } from './workspaceDiagnostics.ts';
import { workspaceSymbols } from './workspaceSymbols.ts';

export const features: readonly Feature[] = [
  diagnostics,
  workspaceDiagnostics,
  completion,
  hover,
  codeActions,
  formatting,
  summary,
  definition,
  references,
  rename,
  linkedEditing,
  documentSymbols,
  workspaceSymbols,
  folding,
  selectionRanges,
  callHierarchy,
  documentLinks,
  inlayHints,
  semanticTokens,
];
