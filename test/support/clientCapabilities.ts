/** Capabilities of clients at both ends: one that can everything the protocol knows of, and what a feature needs of it. */
import { type ClientCapabilities, FoldingRangeKind, type PositionEncodingKind } from 'vscode-languageserver/node';

const dynamicRegistration = true;
const linkSupport = { dynamicRegistration, linkSupport: true };
const refreshSupport = { refreshSupport: true };
const markup = ['markdown', 'plaintext'] as const;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const diagnosticParts = {
  relatedInformation: true,
  tagSupport: { valueSet: [1, 2] as (1 | 2)[] },
  codeDescriptionSupport: true,
  dataSupport: true,
};

/** A client that takes everything. */
export function fullCapabilities(encoding: PositionEncodingKind): ClientCapabilities {
  return { general: { positionEncodings: [encoding] }, window: { workDoneProgress: true }, workspace, textDocument };
}

const workspace: NonNullable<ClientCapabilities['workspace']> = {
  applyEdit: true,
  workspaceEdit: {
    documentChanges: true,
    resourceOperations: ['create', 'rename', 'delete'],
    failureHandling: 'textOnlyTransactional',
    changeAnnotationSupport: { groupsOnLabel: true },
  },
  didChangeConfiguration: { dynamicRegistration },
  didChangeWatchedFiles: { dynamicRegistration, relativePatternSupport: true },
  symbol: {
    dynamicRegistration,
    symbolKind: { valueSet: numbers(26) as never },
    resolveSupport: { properties: ['location.range'] },
  },
  executeCommand: { dynamicRegistration },
  configuration: true,
  workspaceFolders: true,
  semanticTokens: refreshSupport,
  codeLens: refreshSupport,
  inlayHint: refreshSupport,
  diagnostics: refreshSupport,
  foldingRange: refreshSupport,
};

const textDocument: NonNullable<ClientCapabilities['textDocument']> = {
  synchronization: { dynamicRegistration },
  publishDiagnostics: { ...diagnosticParts, versionSupport: true },
  diagnostic: { ...diagnosticParts, dynamicRegistration },
  completion: {
    dynamicRegistration,
    completionItem: {
      snippetSupport: true,
      commitCharactersSupport: true,
      documentationFormat: [...markup],
      deprecatedSupport: true,
      preselectSupport: true,
      tagSupport: { valueSet: [1] },
      insertReplaceSupport: true,
      resolveSupport: { properties: ['documentation', 'detail', 'additionalTextEdits'] },
      insertTextModeSupport: { valueSet: [1, 2] },
      labelDetailsSupport: true,
    },
    completionItemKind: { valueSet: numbers(25) as never },
    completionList: { itemDefaults: ['commitCharacters', 'editRange', 'insertTextFormat', 'insertTextMode', 'data'] },
    contextSupport: true,
  },
  hover: { dynamicRegistration, contentFormat: [...markup] },
  definition: linkSupport,
  declaration: linkSupport,
  typeDefinition: linkSupport,
  implementation: linkSupport,
  references: { dynamicRegistration },
  documentHighlight: { dynamicRegistration },
  documentSymbol: {
    dynamicRegistration,
    hierarchicalDocumentSymbolSupport: true,
    labelSupport: true,
    symbolKind: { valueSet: numbers(26) as never },
  },
  codeAction: {
    dynamicRegistration,
    isPreferredSupport: true,
    disabledSupport: true,
    dataSupport: true,
    resolveSupport: { properties: ['edit'] },
    codeActionLiteralSupport: {
      codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source', 'source.fixAll'] },
    },
  },
  codeLens: { dynamicRegistration },
  documentLink: { dynamicRegistration, tooltipSupport: true },
  formatting: { dynamicRegistration },
  rangeFormatting: { dynamicRegistration, rangesSupport: true },
  onTypeFormatting: { dynamicRegistration },
  rename: {
    dynamicRegistration,
    prepareSupport: true,
    prepareSupportDefaultBehavior: 1,
    honorsChangeAnnotations: true,
  },
  foldingRange: {
    dynamicRegistration,
    foldingRangeKind: { valueSet: [FoldingRangeKind.Comment, FoldingRangeKind.Region] },
    foldingRange: { collapsedText: true },
  },
  selectionRange: { dynamicRegistration },
  linkedEditingRange: { dynamicRegistration },
  callHierarchy: { dynamicRegistration },
  semanticTokens: {
    dynamicRegistration,
    requests: { range: true, full: { delta: true } },
    tokenTypes: [
      'namespace',
      'type',
      'class',
      'enum',
      'property',
      'enumMember',
      'string',
      'number',
      'keyword',
      'comment',
      'variable',
    ],
    tokenModifiers: ['declaration', 'definition', 'readonly', 'deprecated'],
    formats: ['relative'],
    overlappingTokenSupport: true,
    multilineTokenSupport: true,
    augmentsSyntaxTokens: true,
  },
  inlayHint: { dynamicRegistration, resolveSupport: { properties: ['tooltip', 'label.tooltip', 'textEdits'] } },
};
