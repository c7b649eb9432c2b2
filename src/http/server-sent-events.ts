/** One event of a stream (WHATWG HTML, "Server-sent events"). */
export interface ServerSentEvent {
  /** What a client that comes back names in `Last-Event-ID`. */
  readonly id: string;
  readonly type: string;
  /** Text without line breaks, such as JSON. */
  readonly data: string;
}

export const encodeEvent = ({ id, type, data }: ServerSentEvent): string =>
  `id: ${id}\nevent: ${type.replaceAll(/[\r\n]+/g, ' ')}\ndata: ${data}\n\n`;

/** Begins a stream: when to come back, and from where on while no event has come yet. */
export const encodeStart = (retryMilliseconds: number, id: string | null): string =>
  `retry: ${retryMilliseconds}\n${id === null ? '' : `id: ${id}\n`}\n`;

/** A line that clients pass over. */
export const encodeComment = (text: string): string => `: ${text}\n\n`;

export const EVENT_STREAM = 'text/event-stream';

/** Neither kept nor collected on the way to the client, and the connection ends with it. */
export const EVENT_STREAM_HEADERS = {
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'close',
};
