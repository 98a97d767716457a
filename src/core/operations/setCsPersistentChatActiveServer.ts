import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { type PresentedActiveServers, presentActive } from './getCsPersistentChatActiveServer.ts';
import { chatIdentity, chatPreconditions, farFrom, farWords, listOfServers, requireChat } from './persistentChat.ts';
import { makePlan } from './plans.ts';

const changeForm = /^@\{\s*(Add|Remove|Replace)\s*=\s*(.+?)\s*\}$/i;

const parameters = z.strictObject({
  Identity: chatIdentity,
  ActiveServers: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'The servers that take new connections: a list, @{Add=…}, @{Remove=…}, or $null for none.',
        placeholder: '@{Add="FQDN"}',
      }),
    ),
  Swap: z
    .boolean()
    .default(false)
    .meta(meta({ description: 'Active servers become idle, and idle ones active.' })),
});
type Parameters = z.infer<typeof parameters>;

export const setCsPersistentChatActiveServer: OperationDefinition<typeof parameters, PresentedActiveServers> = {
  name: 'Set-CsPersistentChatActiveServer',
  kind: 'cmdlet',
  title: 'Change active Persistent Chat servers',
  summary: 'Says which servers of a Persistent Chat pool take new connections, four at most.',
  description: [
    'Only active servers take new connections. While none is active, or none of them runs, nothing can be said in the rooms.',
    'All active servers must be near the database that serves: in its site, or in one with a fast network to it. The network cannot be seen here, nor whether the servers reach each other on TCP port 8011: servers of another site are named in the plan and in the log, and not refused.',
  ],
  parameters,
  examples: [
    {
      command:
        'Set-CsPersistentChatActiveServer -Identity atl-pc-001.litwareinc.com -ActiveServers @{Add="pc2.litwareinc.com"}',
      explanation: 'Makes one more server active.',
    },
    {
      command: "Set-CsPersistentChatActiveServer -Identity atl-pc-001.litwareinc.com -ActiveServers '$null'",
      explanation: 'Nobody takes new connections.',
    },
  ],
  roles: ['CsAdministrator', 'CsPersistentChatAdministrator'],
  effect: 'changes',
  describe: ({ Identity }) => `Change the active servers of ${Identity}`,
  preconditions: async (services, given) => chatPreconditions(services, given.Identity),
  plan: async (services, given) => {
    const pool = requireChat(services, given.Identity);
    const next = wanted(services, pool, given);
    const words = given.Swap ? '-Swap' : `-ActiveServers ${given.ActiveServers ?? ''}`;
    return makePlan(setCsPersistentChatActiveServer, given, {
      title: `Change the active servers of ${pool.fqdn}`,
      preconditions: chatPreconditions(services, given.Identity),
      steps: [
        {
          title: next.length === 0 ? 'No server is active' : `Active are ${next.join(', ')}`,
          detail: `Now they are ${services.persistentChat.activeServers(pool.fqdn).join(', ') || 'none'}.`,
        },
      ],
      losses: farWords(farFrom(services, pool, services.persistentChat.state(pool.fqdn), next)),
      powershell: `Set-CsPersistentChatActiveServer -Identity 'PersistentChatServer:${pool.fqdn}' ${words}`,
    });
  },
  execute: async (services, given, run) => {
    const pool = requireChat(services, given.Identity);
    const active = services.persistentChat.setActiveServers(pool.fqdn, wanted(services, pool, given));
    for (const words of farWords(farFrom(services, pool, services.persistentChat.state(pool.fqdn), active)))
      run.verbose(words);
    return presentActive(services, pool);
  },
};

/** Throws `argument-invalid` unless one of the two ways is given, in one of the forms of the documentation. */
function wanted(services: EngineServices, pool: PersistentChatPool, given: Parameters): readonly string[] {
  const active = services.persistentChat.activeServers(pool.fqdn);
  if (given.Swap === (given.ActiveServers !== undefined)) throw oneOf(given);
  if (given.ActiveServers === undefined)
    return pool.servers.map(({ fqdn }) => fqdn).filter((server) => !active.includes(server));
  const text = given.ActiveServers.trim();
  if (text.toLowerCase() === '$null') return [];
  const [, verb, list] = changeForm.exec(text) ?? [];
  if (verb === undefined || list === undefined) {
    if (text.startsWith('@')) throw notUnderstood(text);
    return listOfServers(text);
  }
  const named = listOfServers(list.replace(/^@?\((.*)\)$/, '$1'));
  if (named.length === 0) throw notUnderstood(text);
  if (verb.toLowerCase() === 'replace') return named;
  if (verb.toLowerCase() === 'add') return [...active, ...named];
  const removed = named.map((server) => server.toLowerCase());
  return active.filter((server) => !removed.includes(server.toLowerCase()));
}

function oneOf(given: Parameters): LyncTopologyError {
  return new LyncTopologyError({
    code: given.Swap ? 'argument-invalid' : 'argument-missing',
    kind: 'usage',
    object: '-ActiveServers',
    message: given.Swap
      ? 'Set-CsPersistentChatActiveServer takes -ActiveServers or -Swap, not both.'
      : 'Set-CsPersistentChatActiveServer needs -ActiveServers or -Swap.',
    remedy: 'Give one of them, for instance -ActiveServers @{Add="pc2.litwareinc.com"}.',
  });
}

function notUnderstood(text: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: '-ActiveServers',
    message: `Set-CsPersistentChatActiveServer cannot take ${JSON.stringify(text)} for -ActiveServers.`,
    remedy: 'Give a list of servers, @{Add="…"}, @{Remove="…"} or $null.',
  });
}
