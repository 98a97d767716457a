export type { Diagnostic, Fix, Range, TextEdit } from '../../../src/core/topology/diagnostics.ts';
export { TopologyDocument } from '../../../src/core/topology/document.ts';
