/**
 * How the server's process is started, whoever starts it.
 *
 * V8 grows its heap as if speed were all that counts: a topology of 50,000 lines lives in 45 MB, and at V8's defaults the
 * process takes 280 MB, most of it garbage of key strokes, since each makes the text anew. A smaller nursery and a slower
 * growth keep it below 180 MB at the same speed.
 */
export const serverProcessFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=60'];
