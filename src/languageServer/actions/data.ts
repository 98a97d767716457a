/** What an action carries that is worked out when it is taken. */
import * as z from 'zod/mini';

const dataSchema = z.object({
  uri: z.string(),
  /** Null for a file that is not open. */
  version: z.nullable(z.number()),
  range: z.object({ start: z.number(), end: z.number() }),
  title: z.string(),
  kind: z.string(),
});

export type ResolveData = z.infer<typeof dataSchema>;

/** Undefined where an action carries nothing of ours. */
export function readResolveData(data: unknown): ResolveData | undefined {
  const parsed = dataSchema.safeParse(data);
  return parsed.success ? parsed.data : undefined;
}
