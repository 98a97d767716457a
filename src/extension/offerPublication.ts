/** After a topology file was changed: the engine goes on with the one before until somebody publishes. */
import { commands, l10n, type Uri, window } from 'vscode';
import { commandOf } from './names.ts';
import { nameOf, type Topologies } from './topologies.ts';

/** Offers it once at a time, for the topology that the window works with; the command shows the plan before it acts. */
export function createPublicationOffer(topologies: Topologies): (topology: Uri) => Promise<void> {
  let shown = false;
  return async (topology) => {
    if (shown || topologies.active?.toString() !== topology.toString()) return;
    shown = true;
    const publish = l10n.t('Publish Topology…');
    const picked = await window.showInformationMessage(
      l10n.t('The topology {0} has changed. The engine still works with the one before.', nameOf(topology)),
      publish,
    );
    shown = false;
    if (picked === publish) await commands.executeCommand(commandOf('Publish-CsTopology'));
  };
}
