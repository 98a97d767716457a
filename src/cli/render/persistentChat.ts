/** Persistent Chat pools as lines of `status`. */
import type { ChatServerStatus, PersistentChatStatus } from '../../core/status.ts';
import type { Output } from '../terminal.ts';

export function writeChatPool(out: Output, pool: PersistentChatStatus): void {
  out.line();
  out.line(out.style('bold', `${pool.fqdn}  Persistent Chat, ${pool.PoolState}`));
  for (const server of pool.servers) out.line(`  ${server.fqdn.padEnd(28)}${serverWords(out, server)}`);
  for (const { DatabaseName, principal, ...database } of pool.databases) {
    const where = principal === undefined ? undefined : database[principal];
    const words = where === undefined ? out.style('red', 'no principal') : `principal on ${where}`;
    const { MirroringStatusOnPrimary: mirrored } = database;
    out.line(`  ${DatabaseName.padEnd(28)}${words}${mirrored === '' ? '' : `, ${mirrored}`}`);
  }
  const shipping = pool.logShipping;
  if (shipping !== undefined) {
    const amounts = [shipping.unshipped, shipping.uncopied, shipping.unrestored].map((count) => count ?? '?');
    out.line(
      `  ${'Log shipping'.padEnd(28)}behind by ${amounts[0]} unshipped, ${amounts[1]} uncopied, ${amounts[2]} unrestored commits`,
    );
    if (shipping.error !== undefined) out.line(out.style('red', `  ${shipping.error.message}`));
  }
  if (pool.lostMessages > 0) out.line(`  Messages that failovers gave up: ${pool.lostMessages}`);
}

function serverWords(out: Output, { active, running, site }: ChatServerStatus): string {
  const words = `${active ? 'active' : 'idle'}${running ? '' : ', stopped'}, ${site}`;
  return active && !running ? out.style('red', words) : words;
}
