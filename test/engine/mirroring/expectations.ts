import assert from 'node:assert/strict';
import { LyncTopologyError } from '../../../src/core/errors.ts';

/** For `assert.throws` and `assert.rejects`: one of our errors with that code, and that object when it is given. */
export function problem(code: string, object?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof LyncTopologyError, String(error));
    assert.equal(error.code, code, error.message);
    if (object !== undefined) assert.equal(error.object, object);
    assert.ok(error.message.length > 0 && error.remedy.length > 0);
    return true;
  };
}
