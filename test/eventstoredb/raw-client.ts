import {
  EventStoreDBClient,
  jsonEvent,
  type AppendExpectedRevision,
  type EventData,
  type JSONType,
} from '@eventstore/db-client';

/** Given with each append, so that the client sends it by a call of its own. */
export const credentials = { username: 'admin', password: 'changeit' };

/** The client package as it is, and a handful of its calls. */
export class RawClient {
  readonly client: EventStoreDBClient;

  constructor(private readonly connectionString: string) {
    this.client = EventStoreDBClient.connectionString(connectionString);
  }

  /** One that answers a conflict instead of throwing it. */
  quiet(): RawClient {
    return new RawClient(`${this.connectionString}&throwOnAppendFailure=false`);
  }

  /** One that asks which nodes there are before it talks to any. */
  searching(): RawClient {
    return new RawClient(this.connectionString.replace('esdb://', 'esdb+discover://'));
  }

  /** Whether the server says that it has a method, and a feature of it. */
  async supports(method: { readonly path: string }, feature?: string): Promise<boolean> {
    const supports: unknown = Reflect.get(this.client, 'supports');
    if (typeof supports !== 'function') throw new Error('The client asks in another way.');
    return (await supports(method, feature)) === true;
  }

  delete(stream: string, expectedRevision: bigint | 'any' = 'any') {
    return this.client.deleteStream(stream, { expectedRevision, credentials });
  }

  truncate(stream: string, truncateBefore: number) {
    return this.client.setStreamMetadata(stream, { truncateBefore }, { credentials });
  }

  tombstone(stream: string) {
    return this.client.tombstoneStream(stream, { expectedRevision: 'any', credentials });
  }

  append(
    stream: string,
    events: EventData | readonly EventData[],
    expectedRevision: AppendExpectedRevision | 'stream_exists' = 'any',
  ) {
    const list = Array.isArray(events) ? [...events] : [events];
    return this.client.appendToStream(stream, list, { expectedRevision, credentials });
  }

  /** A new stream of so many events. */
  async fill(stream: string, count: number): Promise<EventData[]> {
    const events = newEvents(count);
    await this.append(stream, events, 'no_stream');
    return events;
  }

  /** The ids in a stream, oldest first. */
  async idsIn(stream: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { event } of this.client.readStream(stream)) if (event) ids.push(event.id);
    return ids;
  }

  /** The revisions of a stream from the first that can be read. */
  async revisionsIn(stream: string): Promise<bigint[]> {
    const revisions: bigint[] = [];
    for await (const { event } of this.client.readStream(stream)) {
      if (event) revisions.push(event.revision);
    }
    return revisions;
  }

  /** `dispose` alone leaves the connection open. */
  async close(): Promise<void> {
    const getChannel: unknown = Reflect.get(this.client, 'getChannel');
    await this.client.dispose();
    if (typeof getChannel !== 'function') return;
    const channel: unknown = await Promise.resolve(getChannel()).catch(() => undefined);
    if (isClosable(channel)) channel.close();
  }
}

const isClosable = (value: unknown): value is { close(): void } =>
  typeof value === 'object' && value !== null && 'close' in value;

export const newStream = (): string => `observed-${crypto.randomUUID()}`;

export const newEvent = (data: JSONType = {}, id: string = crypto.randomUUID()): EventData =>
  jsonEvent({ id, type: 'Observed', data });

export const newEvents = (count: number): EventData[] =>
  Array.from({ length: count }, (_, at) => newEvent({ at }));

export const idsOf = (events: readonly EventData[]): string[] => events.map(({ id }) => id);

/** An event with so many bytes of data. */
export const eventOfSize = (bytes: number): EventData => newEvent('x'.repeat(bytes - '""'.length));

/** All of an iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
