/** Activation: create, wire, register, return. Processes start when something first needs them. */
import * as vscode from 'vscode';
import { createCodeLenses } from './codeLenses.ts';
import { registerCommands } from './commands/register.ts';
import { connectDeployment } from './connectDeployment.ts';
import { createDeployments } from './deployments.ts';
import { createDocuments } from './documents.ts';
import { logFailure, showFailure } from './failures.ts';
import { openFollowedJobs } from './followedJobs.ts';
import { createJobs } from './jobs.ts';
import { createLanguageSupport } from './languageClient.ts';
import { createLanguageStatus } from './languageStatus.ts';
import { followDeployment } from './liveUpdates.ts';
import { createPublicationOffer } from './offerPublication.ts';
import { createProtocolTrace } from './protocolTrace.ts';
import { resumeFollowing } from './resumeFollowing.ts';
import type { Services } from './services.ts';
import { createSnippets } from './snippets.ts';
import { createStatusBar } from './statusBar.ts';
import { createTasks } from './tasks.ts';
import { createTopologies } from './topologies.ts';
import { createJobsView } from './views/jobsView.ts';
import { createStatusView } from './views/statusView.ts';
import { createAssociationOffer } from './yamlAssociation.ts';

/** What has to be waited for when the window closes. */
let closing: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel(vscode.l10n.t('Lync Topology'), { log: true });
  const protocol = vscode.window.createOutputChannel(vscode.l10n.t('Lync Topology Protocol'), { log: true });
  const trace = createProtocolTrace(protocol);
  const onError = (error: unknown): void => logFailure(error, log);

  const topologies = createTopologies(context.workspaceState);
  const offerPublication = createPublicationOffer(topologies);
  const deployments = createDeployments({
    topologies,
    onUnpublished: (topology) => void offerPublication(topology).catch(onError),
    connect: (topology) => connectDeployment({ topology, extension: context.extensionUri, log }),
    onError,
  });
  const languageSupport = createLanguageSupport({
    extension: context.extensionUri,
    topologies,
    log,
    trace: trace.channel,
    onFailure: (error) => void showFailure(error, log),
  });
  const documents = createDocuments();
  const services: Services = {
    context,
    log,
    topologies,
    deployments,
    documents,
    jobs: createJobs(openFollowedJobs(context.storageUri?.fsPath, log), log),
    languageSupport,
  };
  const statusView = createStatusView(topologies, deployments, onError);
  const jobsView = createJobsView(deployments);
  const statusBar = createStatusBar();

  context.subscriptions.push(
    log,
    protocol,
    trace,
    topologies,
    documents,
    statusView,
    jobsView,
    statusBar,
    createLanguageStatus(languageSupport, onError),
    createAssociationOffer({ memory: context.globalState, onError }),
    createTasks(topologies, context.extensionUri),
    createSnippets(context.extensionUri),
    createCodeLenses({ topologies, deployments, languageSupport }),
    followDeployment({ topologies, deployments, statusView, jobsView, statusBar }),
    ...registerCommands(services),
  );
  resumeFollowing(services).catch(onError);
  closing = async () => {
    await Promise.all([languageSupport[Symbol.asyncDispose](), deployments[Symbol.asyncDispose]()]);
  };
}

export async function deactivate(): Promise<void> {
  await closing?.();
}
