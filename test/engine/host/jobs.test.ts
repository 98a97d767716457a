import assert from 'node:assert/strict';
import { createEngineApi } from '../../../src/engineHost/api.ts';
import { testDirectory } from '../engine/testEngine.ts';

describe('waiting for a job', () => {
  it('that the engine began by itself ends with it and hears its progress, although nobody reads the status', async () => {
    using directory = testDirectory();
    await using engine = await directory.open();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const request = { operation: 'init', title: 'Initialise', parameters: {}, leases: [] };
    const job = engine.jobs.start(request, async (run) => {
      await mayEnd;
      run.onProgress({ phase: 'Creating', done: 1, total: 2, unit: 'databases' });
      return 'made';
    });
    const heard: string[] = [];
    const waiting = createEngineApi(engine).jobEnded(job.id, { onProgress: ({ phase }) => heard.push(phase) });
    end();
    const ended = await waiting;
    assert.deepEqual([ended.id, ended.state, ended.result], [job.id, 'completed', 'made']);
    assert.deepEqual([...new Set(heard)], ['Creating']);
  });
});
