/** Names that belong to a pool: its domain, and the folders of its share (domain A.8). */
import { type Deployment, findPool } from '../topology/model.ts';

/** Uploaded meeting content: presentations, attachments, polls. */
export const contentFolder = '1-WebServices-1/CollabContent';
/** What meetings keep about themselves. */
export const metadataFolder = '1-WebServices-1/CollabMetadata';

/** The SIP domain of people on a pool: the pool's domain. */
export function sipDomainOf(pool: string): string {
  return pool.slice(pool.indexOf('.') + 1);
}

/** The folders of a pool's share as its servers lay them out, relative to the share. */
export function shareFoldersOf(deployment: Deployment, pool: string): readonly string[] {
  const store = backupStoreOf(deployment, pool);
  return [
    contentFolder,
    metadataFolder,
    ...['Temp', 'UserServices', 'ConfServices', 'CentralMgmt'].map((folder) => `${store}/${folder}`),
  ];
}

/** `<site number>-BackupService-<number of the pool in its site>/BackupStore`, numbered as the topology lists them. */
export function backupStoreOf(deployment: Deployment, fqdn: string): string {
  const pool = findPool(deployment, fqdn);
  const site = deployment.sites.findIndex((candidate) => candidate.name === pool?.site) + 1;
  const ofSite = deployment.pools.filter((candidate) => candidate.site === pool?.site);
  const number = ofSite.findIndex((candidate) => candidate.fqdn === pool?.fqdn) + 1;
  return `${site}-BackupService-${number}/BackupStore`;
}
