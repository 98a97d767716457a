/** Code actions: the fixes of findings, one at a time or all at once, comments that switch a rule off, and refactorings. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import type { Range } from '../../core/topology/diagnostics.ts';
import { type ResolveData, readResolveData } from '../actions/data.ts';
import { fixAllKind, quickFixes, sourceActions } from '../actions/fixes.ts';
import { type Offer, type Question, wants } from '../actions/offer.ts';
import { refactorings } from '../actions/refactorings.ts';
import type { Client } from '../client.ts';
import { toWorkspaceEdit } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature, measured, type Server } from '../feature.ts';

const kinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, CodeActionKind.SourceFixAll, fixAllKind];

/** A client that takes commands only is offered none: every action here is an edit. */
export const codeActions: Feature = {
  capabilities: (client) =>
    takesLiterals(client)
      ? { codeActionProvider: { codeActionKinds: kinds, ...(resolvesEdits(client) && { resolveProvider: true }) } }
      : {},
  register: (server) => {
    server.connection.onCodeAction(
      answering(server, 'textDocument/codeAction', (document, parameters) =>
        takesLiterals(server.client) ? actionsAt(document, parameters, server) : [],
      ),
    );
    server.connection.onCodeActionResolve((action, token) =>
      measured(server, 'codeAction/resolve', token, () => resolved(action, server)),
    );
  },
};

function takesLiterals({ capabilities }: Client): boolean {
  return capabilities.textDocument?.codeAction?.codeActionLiteralSupport !== undefined;
}

/** Whether the edits of an action may be sent when it is taken. */
function resolvesEdits({ capabilities }: Client): boolean {
  const { dataSupport, resolveSupport } = capabilities.textDocument?.codeAction ?? {};
  return dataSupport === true && resolveSupport?.properties.includes('edit') === true;
}

function actionsAt(document: OpenDocument, { range, context }: CodeActionParams, { client }: Server): CodeAction[] {
  const question: Question = {
    document,
    range: document.text.toOffsets(range),
    context,
    client,
    mayBeLate: resolvesEdits(client),
  };
  return offersAt(question).map((offer) => toAction(question, offer));
}

function offersAt(question: Question): readonly Offer[] {
  const fixes = wants(question.context, CodeActionKind.QuickFix) ? quickFixes(question) : { offers: [], comments: [] };
  const others = wants(question.context, CodeActionKind.RefactorRewrite) ? refactorings(question) : [];
  return [...fixes.offers, ...others, ...sourceActions(question), ...fixes.comments];
}

function toAction({ document, range, client, mayBeLate }: Question, offer: Offer): CodeAction {
  const { title, kind, diagnostics, isPreferred } = offer;
  const isLate = offer.edits.kind === 'costly' && mayBeLate;
  const data: ResolveData = { uri: document.uri, version: document.version, range, title, kind };
  return {
    title,
    kind,
    ...(diagnostics && { diagnostics: [...diagnostics] }),
    ...(isPreferred && { isPreferred }),
    ...(isLate ? { data } : { edit: toWorkspaceEdit(document, offer.edits.make(), client) }),
  };
}

/** @throws ResponseError where the file has changed since the action was offered: its edits would be for another text. */
function resolved(action: CodeAction, { documents, client }: Server): CodeAction {
  const data = readResolveData(action.data);
  if (data === undefined) return action;
  const document = documents.get(data.uri);
  const offer = document?.version === data.version ? offerLike(document, data, client) : undefined;
  if (document === undefined || offer === undefined) throw changedSince(data);
  return { ...action, edit: toWorkspaceEdit(document, offer.edits.make(), client) };
}

function offerLike(document: OpenDocument, data: ResolveData, client: Client): Offer | undefined {
  const range: Range = data.range;
  const question: Question = {
    document,
    range,
    context: { diagnostics: [], only: [data.kind] },
    client,
    mayBeLate: true,
  };
  return offersAt(question).find(({ title, kind }) => title === data.title && kind === data.kind);
}

function changedSince({ title }: ResolveData): ResponseError<void> {
  return new ResponseError(
    LSPErrorCodes.ContentModified,
    `"${title}" was offered for a text that has changed since. Ask for it again.`,
  );
}
