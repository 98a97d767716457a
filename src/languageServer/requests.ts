/** Requests beyond the protocol. Apart from what answers them, so that an editor's side can name them and load nothing. */

/** Parameters: `{ uri }`. Result: a `Summary`, or null for a file that is not open. */
export const summaryRequest = 'lyncTopology/summary';

/** What a topology file holds, in numbers. */
export interface Summary {
  readonly pools: number;
  readonly pairs: number;
}
