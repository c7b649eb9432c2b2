import type { StoredEvent } from '../../../src/event-store/event-store.js';
import type { EventType } from '../../../src/governed-request/governed-request.events.js';
import type { Exchange, GatewayCall, Records } from '../records.js';

/** What a service might do wrong, done to records that nothing is wrong with. */
export type Change = (records: Records) => Records;

/** The log without the events that are not kept, or with others in their place; streams and positions stay dense. */
export const log =
  (change: (event: StoredEvent) => StoredEvent | null): Change =>
  (records) => {
    const kept = records.log.flatMap((event) => change(event) ?? []);
    const heads = new Map<string, number>();
    const events = kept.map((event, index) => {
      const version = (heads.get(event.stream) ?? -1) + 1;
      heads.set(event.stream, version);
      return { ...event, version, position: BigInt(index + 1) };
    });
    return { ...records, log: events };
  };

/** As if events of this type had never been recorded for the request. */
export const without = (type: EventType, id: string): Change =>
  log((event) => (event.type === type && event.stream.endsWith(id) ? null : event));

/** Events of this type say something else for the request. */
export const withData = (type: EventType, id: string, data: object): Change =>
  log((event) => {
    if (event.type !== type || !event.stream.endsWith(id)) return event;
    return { ...event, data: JSON.stringify({ ...JSON.parse(event.data), ...data }) };
  });

/** The gateway got another call for the request. */
export const withCall =
  (requestId: string, change: Partial<GatewayCall>): Change =>
  (records) => ({
    ...records,
    calls: records.calls.map((call) =>
      call.requestId === requestId ? { ...call, ...change } : call,
    ),
  });

/** Somebody was told something more. */
export const told =
  (ask: (records: Records) => Exchange): Change =>
  (records) => ({ ...records, exchanges: [...records.exchanges, ask(records)] });

/** Something more was recorded of a request. */
export const followedBy =
  (id: string, type: EventType, data: object): Change =>
  (records) => {
    const stream = records.log.filter((event) => event.stream.endsWith(id));
    const last = stream.at(-1)!;
    const position = BigInt(records.log.length + 1);
    const added = { id: 'added', type, data: JSON.stringify(data), version: last.version + 1 };
    return { ...records, log: [...records.log, { ...last, ...added, position }] };
  };

/** An event of the request is recorded once more, as the last of its stream. */
export const repeated =
  (type: EventType, id: string): Change =>
  (records) => {
    const event = records.log.find((one) => one.type === type && one.stream.endsWith(id))!;
    return followedBy(id, type, JSON.parse(event.data) as object)(records);
  };
