/** What things are, in Markdown, for hover and completion. A fact that the file does not give is left out. */
import { sqlInstanceName, uncPathName } from '../core/topology/model.ts';
import { moduleDescriptions } from '../core/topology/moduleDescriptions.ts';
import type { PlacementFacts, PoolFacts } from '../core/topology/resolved/facts.ts';
import type { Topology } from '../core/topology/resolved/topology.ts';
import { type BackupModule, databasesByType, type Release } from '../core/topology/vocabulary.ts';

const releaseNames: Readonly<Record<Release, string>> = {
  '2013': 'Lync Server 2013',
  '2015': 'Skype for Business Server 2015',
  '2019': 'Skype for Business Server 2019',
  SE: 'Skype for Business Server Subscription Edition',
};

/** One line: edition, release, site. */
function poolSummary(pool: PoolFacts): string {
  const kind =
    pool.edition === undefined
      ? 'Pool'
      : pool.edition.value === 'Director'
        ? 'Director pool'
        : `${pool.edition.value} Edition`;
  const parts = [kind, pool.release && releaseNames[pool.release.value], pool.site && `site ${pool.site.value}`];
  return parts.filter((part) => part !== undefined).join(' · ');
}

export function describePool(topology: Topology, pool: PoolFacts): string {
  const lines = [`**${escapeMarkdown(pool.name)}**  `, escapeMarkdown(poolSummary(pool)), ''];
  lines.push(`- ${partnerSentence(topology, pool)}`);
  if (pool.centralManagement !== undefined) lines.push(`- Central Management store: ${pool.centralManagement.value}`);
  if (pool.frontEnds.length > 0) lines.push(`- Front Ends: ${pool.frontEnds.length}`);
  if (pool.fileShare !== undefined) lines.push(`- File share: \`${uncPathName(pool.fileShare.value)}\``);
  for (const placement of pool.databases) lines.push(`- ${placementSentence(placement)}`);
  return lines.join('\n');
}

export function describeModule(module: BackupModule): string {
  const { detail, shortName } = moduleDescriptions[module];
  return `**${module}**\n\n${detail}\n\nThe documentation also calls it \`${shortName}\`.`;
}

function partnerSentence(topology: Topology, pool: PoolFacts): string {
  const lower = pool.name.toLowerCase();
  const pair = topology.pairs.find(({ both }) => both?.some((member) => member.name.toLowerCase() === lower));
  const partner = pair?.both?.find((member) => member.name.toLowerCase() !== lower);
  if (partner === undefined) return 'Backup pool: none';
  return `Backup pool: ${escapeMarkdown(partner.name)}${partner.site === undefined ? '' : ` (site ${escapeMarkdown(partner.site.value)})`}`;
}

function placementSentence({ type, primary, mirror, witness, availabilityGroup }: PlacementFacts): string {
  const places = [
    primary && `primary \`${sqlInstanceName(primary.value)}\``,
    mirror && `mirror \`${sqlInstanceName(mirror.value)}\``,
    witness && `witness \`${sqlInstanceName(witness.value)}\``,
    availabilityGroup && `availability group \`${availabilityGroup.value}\``,
  ].filter((place) => place !== undefined);
  return `${type} databases (${databasesByType[type].join(', ')}): ${places.length === 0 ? 'no place given' : places.join(', ')}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#+!|]/g, '\\$&');
}
