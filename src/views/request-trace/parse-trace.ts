import { recordedTrace, type RecordedTrace } from './trace.js';

/** Reads a trace back from the JSON text of a view's row. */
export const parseTrace = (json: string): RecordedTrace => recordedTrace.parse(JSON.parse(json));
