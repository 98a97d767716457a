/** Read-only documents made by the extension: plans, job logs and results. */
import {
  commands,
  type Disposable,
  EventEmitter,
  extensions,
  languages,
  TabInputWebview,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { schemes } from './names.ts';

export type DocumentKind = keyof typeof schemes;

export interface Documents extends Disposable {
  /** Shows Markdown as a page beside the editor. */
  showPage(kind: DocumentKind, title: string, markdown: string): Promise<void>;
  /** Shows text in an editor. */
  showText(kind: DocumentKind, title: string, text: string, language: string): Promise<void>;
}

/** Old documents are forgotten; one that is still open keeps its text in its editor. */
const remembered = 50;

export function createDocuments(): Documents {
  const contents = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  let pages = 0;
  const provider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri: Uri): string => contents.get(uri.toString()) ?? '',
  };
  const registrations = Object.values(schemes).map((scheme) =>
    workspace.registerTextDocumentContentProvider(scheme, provider),
  );

  const put = (uri: Uri, text: string): void => {
    contents.delete(uri.toString());
    contents.set(uri.toString(), text);
    const [oldest] = contents.keys();
    if (contents.size > remembered && oldest !== undefined) contents.delete(oldest);
    changed.fire(uri);
  };

  return {
    showPage: async (kind, title, markdown) => {
      // An address of its own: the page of a plan must never show the one before it, not even for a moment.
      pages += 1;
      const uri = addressOf(kind, `${title}.md`).with({ query: `${pages}` });
      put(uri, markdown);
      // Otherwise the page would stay empty for as long as the preview takes to start, behind the question about it.
      await extensions.getExtension('vscode.markdown-language-features')?.activate();
      await closePages(`${title}.md`);
      // Locked: a preview that follows would show the plan before until it has drawn this one.
      await commands.executeCommand('markdown.showPreview', uri, [uri], { locked: true });
    },
    showText: async (kind, title, text, language) => {
      const uri = addressOf(kind, title);
      put(uri, text);
      const document = await workspace.openTextDocument(uri);
      await languages.setTextDocumentLanguage(document, language);
      await window.showTextDocument(document, { preview: true, viewColumn: ViewColumn.Active });
    },
    dispose: () => {
      for (const registration of registrations) registration.dispose();
      changed.dispose();
    },
  };
}

/** Closes pages of the same name: a plan that was made before says nothing about now. */
async function closePages(name: string): Promise<void> {
  const pages = window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input, label }) => input instanceof TabInputWebview && label.endsWith(name));
  if (pages.length > 0) await window.tabGroups.close(pages);
}

/** The same title is the same document. Separators would make folders of a title. */
function addressOf(kind: DocumentKind, title: string): Uri {
  return Uri.from({ scheme: schemes[kind], path: `/${title.replaceAll(/[\\/:*?"<>|]+/g, ' ').trim()}` });
}
