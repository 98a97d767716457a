const checkMilliseconds = 1_000;

/** In the environment of a program that the bootstrap script started and that is to end with it. */
export const endWithParentVariable = 'LYNC_TOPOLOGY_END_WITH_PARENT';

/**
 * Calls back once when the process that started this one has died. Where the bootstrap script did not start it, a program
 * may outlive the shell it was started from, and nothing is watched.
 *
 * @param {() => void} onGone
 * @returns {() => void} stops watching
 */
export function watchParent(onGone) {
  if (process.env[endWithParentVariable] === undefined) return () => {};
  return watchAnyParent(onGone);
}

/**
 * @param {() => void} onGone
 * @returns {() => void} stops watching
 */
export function watchAnyParent(onGone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, checkMilliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
