import { trace as schema, type Trace } from './trace.js';

/** Reads a trace back from the JSON text of a view's row. */
export const parseTrace = (json: string): Trace => schema.parse(JSON.parse(json));
