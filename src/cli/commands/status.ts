import { formatBacklog } from '../../core/operations/amounts.ts';
import type { DatabaseStatus, DeploymentStatus, FaultKind, ModuleStatus, PoolStatus } from '../../core/status.ts';
import type { Command } from '../command.ts';
import { writeChatPool } from '../render/persistentChat.ts';
import { writeVirtualMachine } from '../render/virtualMachines.ts';
import { hang } from '../render/wrap.ts';
import type { Output } from '../terminal.ts';

export const status: Command = {
  name: 'status',
  summary: 'Shows the whole deployment: pools, modules, databases, faults, running jobs.',
  description: ['Everything is measured when it is asked for.'],
  group: 'deployment',
  dashes: '--',
  parameters: [],
  examples: [
    { command: 'status', explanation: 'The state of everything, in words.' },
    { command: 'status --json', explanation: 'The same as one JSON document.' },
  ],
  run: async (context) => {
    const connection = await context.connect();
    const measured = await connection.status(context.signal);
    context.result(measured, () => writeStatus(context.terminal.out, measured));
    return 0;
  },
};

/** Of the kinds whose name is not what one says of the thing. */
const faultWords: Readonly<Partial<Record<FaultKind, string>>> = { stop: 'stopped', lose: 'lost content' };

function writeStatus(out: Output, measured: DeploymentStatus): void {
  out.line(out.style('bold', `${measured.deployment}  (${measured.dataDirectory})`));
  if (!measured.initialized) {
    out.line('The data directory has not been initialised: "lync-topology init" creates its databases and shares.');
  }
  for (const pool of measured.pools) writePool(out, pool);
  for (const pool of measured.persistentChat ?? []) writeChatPool(out, pool);
  for (const machine of measured.virtualMachines ?? []) writeVirtualMachine(out, machine);
  if (measured.faults.length > 0) {
    section(out, 'Faults');
    for (const { kind, target, detail } of measured.faults)
      out.line(`  ${faultWords[kind] ?? kind}: ${target}${detail === undefined ? '' : ` (${detail})`}`);
  }
  const running = measured.jobs.filter(({ state }) => state === 'running' || state === 'cancelling');
  if (running.length > 0) {
    section(out, 'Running jobs');
    for (const { id, title, operator } of running) out.line(`  ${id}  ${title}  (${operator})`);
  }
}

function writePool(out: Output, pool: PoolStatus): void {
  section(out, `${pool.fqdn}  ${pool.site}${pool.partner === undefined ? '' : `, backup pool ${pool.partner}`}`);
  if (pool.failover !== undefined) {
    const { state, backup } = pool.failover;
    const words = {
      FailingOver: 'Being failed over to',
      FailedOver: 'Failed over: served from',
      FailingBack: 'Being failed back from',
    };
    out.line(out.style('red', `  ${words[state]} ${backup}`));
  }
  if (pool.centralManagement === 'active') out.line('  Active Central Management store');
  if (pool.service.state !== 'running') {
    const stopped = pool.service.stoppedServers.join(', ');
    out.line(out.style('red', `  ${pool.service.state === 'stopped' ? 'Stopped' : 'Partly stopped'}: ${stopped}`));
  }
  if (pool.share !== undefined && pool.share.state !== 'available') {
    out.line(out.style('red', `  File share ${pool.share.unc} (${pool.share.folder}): ${pool.share.state}`));
  }
  for (const module of pool.modules) writeModule(out, module);
  for (const database of pool.databases) writeDatabase(out, database);
}

function writeModule(out: Output, module: ModuleStatus): void {
  const states = `${module.ExportStatus}, import ${module.ImportStatus}, ${formatBacklog(module.backlog)}`;
  const wrong = module.ExportStatus === 'ErrorState' || module.ImportStatus === 'ErrorState';
  out.line(`  ${module.Identity.padEnd(28)}${wrong ? out.style('red', states) : states}`);
  for (const line of hang('', 30, module.explanation, out.columns)) if (line.trim() !== '') out.line(line);
}

function writeDatabase(out: Output, database: DatabaseStatus): void {
  const principal = database.principal === undefined ? undefined : database[database.principal];
  const where = principal === undefined ? out.style('red', 'no principal') : `principal on ${principal}`;
  const mirrored = database.MirroringStatusOnPrimary || database.MirroringStatusOnMirror;
  out.line(
    `  ${`${database.DatabaseType} ${database.DatabaseName}`.padEnd(28)}${where}${mirrored === '' ? '' : `, ${mirrored}`}`,
  );
}

function section(out: Output, title: string): void {
  out.line();
  out.line(out.style('bold', title));
}
