/** "Describe this SQL server": an entry under `sqlServers`, which several rules read, with the instances that are used. */
import { symbolKindAt, symbolOccurrences } from '../queries/symbols.ts';
import { yamlText } from '../shape/values.ts';
import { parseSqlInstance } from '../values.ts';
import type { Asking, Refactoring } from './refactoring.ts';
import { addToSection } from './sections.ts';

export function sqlServerDescription({ document, position }: Asking): readonly Refactoring[] {
  if (position === undefined || symbolKindAt(position.path, position.part)?.kind !== 'sqlInstance') return [];
  const instance = parseSqlInstance(position.text);
  const { topology } = document;
  if (instance === undefined || topology.isDoubtful('sqlServers')) return [];
  if (topology.sqlServers.get(instance.server) !== undefined) return [];
  const { server } = instance;
  return [
    {
      title: `Describe ${server} under sqlServers`,
      edits: () => {
        const entry = `${yamlText(server)}: ${factsOf(instancesOn(document, server))}`;
        return addToSection(document, 'sqlServers', 'map', { flow: entry, block: entry }) ?? [];
      },
    },
  ];
}

/** Names of the instances of a server that the file uses, without the default one. */
function instancesOn({ tree }: Asking['document'], server: string): readonly string[] {
  const used = symbolOccurrences(tree.root, 'sqlInstance').flatMap(({ name }) => parseSqlInstance(name) ?? []);
  const own = used.filter((instance) => instance.server.toLowerCase() === server.toLowerCase());
  const names = new Map(own.map(({ instance }) => [instance.toLowerCase(), instance]));
  return [...names.values()].filter((name) => name !== '').toSorted();
}

function factsOf(instances: readonly string[]): string {
  return instances.length === 0 ? '{}' : `{ instances: [${instances.map(yamlText).join(', ')}] }`;
}
