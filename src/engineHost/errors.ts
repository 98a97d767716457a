/** Errors on the wire: what a person is told crosses it, stacks do not. */
import { ResponseError } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { type ErrorInformation, errorInformation, LyncTopologyError } from '../core/errors.ts';

/** Of an error of the product; JSON-RPC leaves the numbers above -32000 to applications. */
const productError = 1;

const informationSchema = z.custom<ErrorInformation>(
  (value) => z.record(z.enum(['code', 'kind', 'object', 'message', 'remedy']), z.string()).safeParse(value).success,
);

export function toWire(error: unknown, object: string): ResponseError<ErrorInformation> {
  const information = errorInformation(error, object);
  return new ResponseError(productError, information.message, information);
}

/** What the other end was told, as an error of this end; `undefined` when it is not one of the product. */
export function fromWire(error: unknown): LyncTopologyError | undefined {
  if (!(error instanceof ResponseError)) return undefined;
  const information = informationSchema.safeParse(error.data);
  return information.success ? new LyncTopologyError(information.data) : undefined;
}
