/** The sessions of this window, one per topology file, and what keeps a topology from having one. */
import { type Event, EventEmitter, l10n, type Uri, workspace } from 'vscode';
import { LyncTopologyError } from '../core/errors.ts';
import type { DeploymentConnection } from '../deployments/deployment.ts';
import { deploymentKind, engineSettingNames } from './configuration.ts';
import { createSession, type Session } from './session.ts';
import type { Topologies } from './topologies.ts';

export interface Deployments extends AsyncDisposable {
  /** The session of the active topology, if something may act there; it need not be connected. */
  readonly active: Session | undefined;
  /** Another topology, or another answer to whether something may act on it. */
  readonly onDidChangeActive: Event<void>;
  /** The reason why nothing acts on a topology, if there is one. */
  obstacle(topology: Uri): LyncTopologyError | undefined;
  /** The session that commands act on; asks which where there are several. Throws the reason why there is none. */
  require(): Promise<Session | undefined>;
}

export interface DeploymentsOptions {
  readonly topologies: Topologies;
  readonly connect: (topology: Uri) => Promise<DeploymentConnection>;
  /** The engine works with the topology as it was before its file was changed. */
  readonly onUnpublished: (topology: Uri) => void;
  readonly onError: (error: unknown) => void;
}

export function createDeployments({ topologies, connect, onUnpublished, onError }: DeploymentsOptions): Deployments {
  const changed = new EventEmitter<void>();
  const sessions = new Map<string, Session>();

  const sessionOf = (topology: Uri): Session => {
    const key = topology.toString();
    const existing = sessions.get(key);
    if (existing !== undefined) return existing;
    const session = createSession({
      connect: async () => {
        const connection = await connect(topology);
        tellUnpublished(topology, connection).catch(onError);
        return connection;
      },
      onError,
    });
    sessions.set(key, session);
    return session;
  };

  /** An engine works with the topology as it was when it started. A file with errors in it changes nothing yet. */
  const tellUnpublished = async (topology: Uri, connection: DeploymentConnection): Promise<void> => {
    if (!(await isOperable(topology))) return;
    const plan = await connection.plan({ operation: 'Publish-CsTopology', parameters: {} });
    if (plan.steps.length > 0) onUnpublished(topology);
  };

  const topologyChanged = async (topology: Uri): Promise<void> => {
    const session = sessions.get(topology.toString());
    if (session?.state.kind === 'connected') await tellUnpublished(topology, await session.connection());
  };

  const subscriptions = [
    changed,
    topologies.onDidChange(() => changed.fire()),
    topologies.onDidChangeContent((topology) => {
      changed.fire();
      topologyChanged(topology).catch(onError);
    }),
    workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    workspace.onDidChangeConfiguration((event) => {
      if (!engineSettingNames.some((name) => event.affectsConfiguration(name))) return;
      changed.fire();
      Promise.all([...sessions.values()].map((session) => session.restart())).catch(onError);
    }),
  ];

  return {
    get active() {
      const topology = topologies.active;
      return topology === undefined || obstacleOf(topology) !== undefined ? undefined : sessionOf(topology);
    },
    onDidChangeActive: changed.event,
    obstacle: obstacleOf,
    require: async () => {
      if (!workspace.isTrusted) throw untrusted();
      const topology = await topologies.require();
      if (topology === undefined) {
        if (topologies.files.length === 0) throw noTopology();
        return undefined;
      }
      const obstacle = obstacleOf(topology);
      if (obstacle !== undefined) throw obstacle;
      return sessionOf(topology);
    },
    [Symbol.asyncDispose]: async () => {
      for (const subscription of subscriptions) subscription.dispose();
      const closing = [...sessions.values()];
      sessions.clear();
      await Promise.all(closing.map((session) => session[Symbol.asyncDispose]()));
    },
  };
}

async function isOperable(topology: Uri): Promise<boolean> {
  const text = new TextDecoder().decode(await workspace.fs.readFile(topology));
  const { readTopology } = await import('../core/topology/document.ts');
  return readTopology(text).operable;
}

function obstacleOf(topology: Uri): LyncTopologyError | undefined {
  if (!workspace.isTrusted) return untrusted();
  if (topology.scheme !== 'file') return notOnThisMachine(topology);
  return deploymentKind(topology) === 'powershell' ? powershellNotAvailable() : undefined;
}

function untrusted(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'access-denied',
    kind: 'refused',
    object: l10n.t('workspace trust'),
    message: l10n.t('This workspace is not trusted, so nothing is run in it.'),
    remedy: l10n.t('Trust it if you know where it comes from; until then the topology is only shown and checked.'),
  });
}

function notOnThisMachine(topology: Uri): LyncTopologyError {
  return new LyncTopologyError({
    code: 'deployment-unsupported',
    kind: 'refused',
    object: topology.path,
    message: l10n.t('{0} lies in a virtual file system, and the engine needs real files beside it.', topology.path),
    remedy: l10n.t(
      'Clone or copy the folder to a disk and open it there; here the topology is shown and checked only.',
    ),
  });
}

function powershellNotAvailable(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'deployment-unsupported',
    kind: 'refused',
    object: 'lyncTopology.deployment',
    message: l10n.t('The deployment "powershell" (your own servers) is not available yet in this version.'),
    remedy: l10n.t(
      'Set lyncTopology.deployment to "embedded"; every plan shows the PowerShell that you can run yourself.',
    ),
  });
}

function noTopology(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'topology-not-found',
    kind: 'refused',
    object: '*.topology.yaml',
    message: l10n.t('There is no topology file in this workspace.'),
    remedy: l10n.t('Create the sample, or open the folder that holds your *.topology.yaml.'),
  });
}
