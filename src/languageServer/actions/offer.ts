/** An action before it is told to the client. */
import type { CodeActionContext, Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import type { Range, TextEdit } from '../../core/topology/diagnostics.ts';
import type { Client } from '../client.ts';
import type { OpenDocument } from '../documents.ts';

export interface Offer {
  readonly title: string;
  readonly kind: string;
  /** `costly` ones are made when the action is taken, where the client can wait for them. */
  readonly edits: { readonly kind: 'known' | 'costly'; readonly make: () => readonly TextEdit[] };
  /** What it puts right. */
  readonly diagnostics?: readonly ProtocolDiagnostic[];
  readonly isPreferred?: boolean;
}

/** What the client asks: about which place, and for what. */
export interface Question {
  readonly document: OpenDocument;
  readonly range: Range;
  readonly context: CodeActionContext;
  readonly client: Client;
  /** Whether the edits of an action may follow when it is taken. */
  readonly mayBeLate: boolean;
}

/** Whether actions of a kind are asked for: all are where nothing is said, and a kind stands for those below it. */
export function wants({ only }: CodeActionContext, kind: string): boolean {
  return only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`));
}
