import assert from 'node:assert/strict';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
} from 'vscode-languageserver/node';
import { type GoingAround, goAround, uri } from './goingAround.ts';

describe('call hierarchy', () => {
  let around: GoingAround;
  before(async () => {
    around = await goAround();
  });
  after(() => around[Symbol.asyncDispose]());

  const prepared = async (marked: string): Promise<CallHierarchyItem> => {
    const [item] = await around.ask<CallHierarchyItem[]>('textDocument/prepareCallHierarchy', marked);
    assert.ok(item, marked);
    return item;
  };

  it('begins at a pool, wherever its name stands', async () => {
    const item = await prepared('nextHop: ATL-¦CS');
    assert.equal(item.name, 'atl-cs-001.litwareinc.com');
    assert.equal(item.detail, 'Front End pool');
    assert.equal(item.uri, uri);
    assert.equal(around.textOf(item.selectionRange), item.name);
    assert.equal(await around.ask('textDocument/prepareCallHierarchy', 'Atl¦anta'), null);
  });

  it('says what the pool needs and who needs it, in words, and where it says so', async () => {
    const item = await prepared('¦atl-cs-001.litwareinc.com:');
    const calls = await around.askAll<CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', { item });
    assert.deepEqual(
      calls.map(({ to, fromRanges }) => [to.name, to.detail, fromRanges.map(around.textOf)]),
      [
        ['NYC-se-001.litwareinc.com', 'backs up atl-cs-001.litwareinc.com', ['"nyc-se-001.litwareinc.com"']],
        [
          'atl-sql-002.litwareinc.com\\RTC',
          'takes over User, CentralMgmt of atl-cs-001.litwareinc.com',
          ['"atl-sql-002.litwareinc.com\\\\RTC"', 'atl-sql-002.litwareinc.com\\RTC'],
        ],
      ],
    );
    const callers = await around.askAll<CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', { item });
    assert.deepEqual(
      callers.map(({ from }) => [from.name, from.detail]),
      [
        ['NYC-se-001.litwareinc.com', 'is backed by atl-cs-001.litwareinc.com'],
        ['edge-atl.litwareinc.com', 'hands over to its next hop atl-cs-001.litwareinc.com'],
        ['atl-pc-001.litwareinc.com', 'hands over to its next hop atl-cs-001.litwareinc.com'],
      ],
    );
  });

  it('goes on from what it found', async () => {
    const item = await prepared('¦edge-atl');
    const [call] = await around.askAll<CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', { item });
    const next = await around.askAll<CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', { item: call?.to });
    assert.equal(next.length, 2);
  });

  it('has no answer for an item of somebody else', async () => {
    const item = await prepared('¦edge-atl');
    for (const data of [undefined, { kind: 'planet', name: 'x' }])
      assert.equal(await around.askAll('callHierarchy/incomingCalls', { item: { ...item, data } }), null);
    const gone = { ...item, data: { kind: 'pool', name: 'gone.litwareinc.com' } };
    assert.deepEqual(await around.askAll('callHierarchy/incomingCalls', { item: gone }), []);
  });
});
