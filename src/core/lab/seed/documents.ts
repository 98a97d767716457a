/** What the Central Management store of a seeded deployment holds: documents with versions, and locations (domain A.2). */

import type { Row } from '../../engine/services.ts';
import type { Deployment } from '../../topology/model.ts';
import type { Random } from '../random.ts';
import { seededDay } from './conferences.ts';
import { streets } from './words.ts';

const globalPolicies = [
  'Policy/Conferencing',
  'Policy/External Access',
  'Policy/Client',
  'Policy/Client Version',
  'Policy/Mobility',
  'Policy/Voice',
  'Policy/Location',
  'Policy/Archiving',
  'Policy/Presence',
  'Configuration/Meeting',
  'Configuration/Conferencing',
  'Configuration/Media',
  'Configuration/Proxy',
  'Configuration/Web Service',
  'Configuration/Address Book',
  'Configuration/File Transfer Filter',
  'Configuration/Backup Service',
] as const;

const sitePolicies = ['Policy/Conferencing', 'Policy/External Access', 'Policy/Voice', 'Dial Plan'] as const;
const documentSpread = 90 * 86_400_000;

/** Rows of `xds.documents`: the topology, policies and configurations of the deployment. */
export function documentRows(deployment: Deployment, random: Random): readonly Row[] {
  const names = [
    ...globalPolicies.map((policy) => `${policy}/Global`),
    ...deployment.sites.flatMap((site) => sitePolicies.map((policy) => `${policy}/Site:${site.name}`)),
    ...deployment.pools.flatMap((pool) => [`Service/Registrar:${pool.fqdn}`, `Service/Web Server:${pool.fqdn}`]),
  ];
  const topology = document('Topology/Published', topologyContent(deployment), random);
  return [topology, ...names.map((name) => document(name, policyContent(name, random), random))];
}

/** Rows of `lis.locations`: where emergency calls come from. */
export function locationRows(deployment: Deployment, random: Random): readonly Row[] {
  return deployment.sites.flatMap((site) =>
    Array.from({ length: 12 }, (_, index) => ({
      locationId: `${site.name}/${index + 1}`,
      address: `${random.integer(1, 240)} ${random.pick(streets)}, floor ${1 + (index % 6)}, ${site.name}`,
      changedAt: new Date(seededDay - random.integer(0, documentSpread)).toISOString(),
    })),
  );
}

function document(name: string, content: string, random: Random): Row {
  const changedAt = new Date(seededDay - random.integer(0, documentSpread)).toISOString();
  return { name, version: random.integer(1, 40), content, changedAt };
}

function topologyContent(deployment: Deployment): string {
  const pools = deployment.pools.map(
    (pool) => `  <Pool Fqdn="${pool.fqdn}" Site="${escapeText(pool.site)}" Machines="${pool.frontEnds.join(' ')}" />`,
  );
  return ['<Topology>', ...pools, '</Topology>', ''].join('\n');
}

function policyContent(name: string, random: Random): string {
  const settings = Array.from(
    { length: random.integer(4, 30) },
    (_, index) => `  <Setting Number="${index + 1}" Value="${random.integer(0, 999)}" />`,
  );
  return [`<Document Name="${escapeText(name)}">`, ...settings, '</Document>', ''].join('\n');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
