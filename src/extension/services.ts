/** What commands and views work with. */
import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { Deployments } from './deployments.ts';
import type { Documents } from './documents.ts';
import type { Jobs } from './jobs.ts';
import type { LanguageSupport } from './languageClient.ts';
import type { Topologies } from './topologies.ts';

export interface Services {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly topologies: Topologies;
  readonly deployments: Deployments;
  readonly documents: Documents;
  readonly jobs: Jobs;
  readonly languageSupport: LanguageSupport;
}
