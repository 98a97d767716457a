import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CloseAction, type ErrorHandler } from 'vscode-languageclient/node';
import { restartWithin } from '../../src/extension/languageServerRestarts.ts';

const minute = 60_000;

describe('a language server that ends', () => {
  const log = vscode.window.createOutputChannel('restarts', { log: true });
  let now: number;
  let givenUp: number;
  let handler: ErrorHandler;

  beforeEach(() => {
    now = 0;
    givenUp = 0;
    handler = restartWithin({
      log,
      now: () => now,
      onGivenUp: () => {
        givenUp += 1;
      },
    });
  });
  after(() => log.dispose());

  const endAt = async (time: number): Promise<CloseAction> => {
    now = time;
    const { action, handled } = await handler.closed();
    assert.equal(handled, true, 'the library has nothing to say about it');
    return action;
  };

  it('is started again, and nobody is told', async () => {
    assert.equal(await endAt(0), CloseAction.Restart);
    assert.equal(await endAt(minute), CloseAction.Restart);
    assert.equal(givenUp, 0);
  });

  it('is left when it goes on ending, which is told once', async () => {
    const actions = [await endAt(0), await endAt(1), await endAt(2), await endAt(3)];
    assert.deepEqual(actions, [
      CloseAction.Restart,
      CloseAction.Restart,
      CloseAction.Restart,
      CloseAction.DoNotRestart,
    ]);
    assert.equal(givenUp, 1);
  });

  it('is started again after it ran for a while', async () => {
    for (let time = 0; time < 20 * minute; time += 2 * minute) assert.equal(await endAt(time), CloseAction.Restart);
    assert.equal(givenUp, 0);
  });

  it('has all its starts again once somebody restarted it', async () => {
    for (let end = 0; end < 4; end += 1) await endAt(end);
    assert.equal(await endAt(4), CloseAction.Restart);
  });
});
