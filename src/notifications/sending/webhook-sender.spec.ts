import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import {
  drip,
  flood,
  hang,
  hangUp,
  raw,
  resetMidBody,
} from '../../../test/support/openclaw-stub.js';
import { unusedPort } from '../../../test/support/unused-port.js';
import {
  newSecret,
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../../test/support/webhooks/webhook-receiver.js';
import { systemClock } from '../../runtime/clock.js';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import { NOTICE_TYPES } from '../notice-type.js';
import { parseAllowedTargets } from '../targets/allowed-targets.js';
import { TargetGuard, type Resolve } from '../targets/target-guard.js';
import { WebhookSender } from './webhook-sender.js';

const TIMEOUT = 200;
const MESSAGE = {
  id: 'msg_1',
  payload: '{"type":"request.executed","timestamp":"2026-01-01T00:00:00.000Z","data":{}}',
};

let receiver: WebhookReceiver;
let sender: WebhookSender;

const senderWith = (allowed: readonly string[], resolve?: Resolve) =>
  new WebhookSender(new TargetGuard(parseAllowedTargets(allowed), resolve), systemClock, TIMEOUT);

const endpoint = (over: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'chat',
  url: new URL(receiver.url),
  secrets: [receiver.secret],
  events: NOTICE_TYPES,
  risks: null,
  groups: null,
  ...over,
});

const send = (over?: Partial<WebhookEndpoint>, signal = new AbortController().signal) =>
  sender.send(endpoint(over), MESSAGE, signal);

const roughly = (milliseconds: number | null) =>
  milliseconds === null ? null : Math.round(milliseconds / 10_000) * 10_000;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  sender = senderWith(['127.0.0.1']);
});
afterEach(async () => {
  await sender.close();
  await receiver.close();
});

describe('A webhook', () => {
  it('arrives as the very bytes that were signed', async () => {
    expect(await send()).toBeNull();
    expect(receiver.received).toMatchObject([{ id: 'msg_1', text: MESSAGE.payload }]);
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Docket\/\d/),
    });
  });

  it('is signed with the old secret and the new one while one follows the other', async () => {
    expect(await send({ secrets: [newSecret(), receiver.secret] })).toBeNull();
    expect(await send({ secrets: [receiver.secret, newSecret()] })).toBeNull();
    expect(await send({ secrets: [newSecret()] })).toMatchObject({ code: 'answered', status: 401 });
    expect([receiver.received.length, receiver.forged]).toEqual([2, 1]);
  });

  it.each([200, 201, 204, 299])('is delivered when it is answered %i', async (code) => {
    receiver.next(status(code));
    expect(await send()).toBeNull();
  });

  it.each([301, 302, 307, 400, 401, 404, 500, 502, 504])(
    'failed when it is answered %i',
    async (code) => {
      receiver.next(status(code, { location: receiver.url }));
      expect(await send()).toEqual({ code: 'answered', status: code, retryAfter: null });
      expect(receiver.received).toHaveLength(1);
    },
  );

  it('is wanted no more by a receiver that is gone', async () => {
    receiver.next(status(410));
    expect(await send()).toMatchObject({ code: 'gone', status: 410 });
  });

  it.each([
    [429, '120', 120_000],
    [503, '0', 0],
    [503, new Date(Date.now() + 3_600_000).toUTCString(), 3_600_000],
    [503, 'Thu, 01 Jan 1970 00:00:00 GMT', null],
    [503, 'soon', null],
    [429, '-1', null],
    [500, '120', null],
  ])('answered %i with Retry-After %s is left alone as long', async (code, header, expected) => {
    receiver.next(status(code, { 'retry-after': header }));
    const tried = await send();
    expect([tried?.status, roughly(tried?.retryAfter ?? null)]).toEqual([code, expected]);
  });

  it.each([
    ['hangs', hang, 'timed-out'],
    ['hangs up', hangUp, 'connection-failed'],
    ['speaks no HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n'), 'connection-failed'],
  ] as const)('failed when the receiver %s', async (_, behaviour, code) => {
    receiver.next(behaviour);
    expect(await send()).toEqual({ code, status: null, retryAfter: null });
  });

  it.each([
    ['never ends', drip],
    ['is endless', flood],
    ['breaks off', resetMidBody],
  ] as const)(
    'is delivered in bounded time when the body of its answer %s',
    async (_, behaviour) => {
      receiver.next(behaviour);
      const began = performance.now();
      expect(await send()).toBeNull();
      expect(performance.now() - began).toBeLessThan(TIMEOUT + 2_000);
      expect(await send()).toBeNull();
    },
  );

  it('failed when nobody listens', async () => {
    const url = new URL(`http://127.0.0.1:${await unusedPort()}/`);
    expect(await send({ url })).toMatchObject({ code: 'connection-failed' });
  });

  it('failed when its name leads nowhere, or where it must not', async () => {
    await sender.close();
    const { port } = new URL(receiver.url);
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    sender = senderWith(['known.test'], async (host) => {
      if (host === 'known.test') throw notFound;
      return [{ address: '127.0.0.1', family: 4 }];
    });
    const at = (host: string) => send({ url: new URL(`https://${host}:${port}/`) });
    expect(await at('known.test')).toMatchObject({ code: 'name-unresolved' });
    expect(await at('inside.test')).toMatchObject({ code: 'target-refused' });
    expect(await at('127.0.0.1')).toMatchObject({ code: 'target-refused' });
    expect([receiver.received.length, receiver.forged]).toEqual([0, 0]);
  });

  it('goes to nobody whose certificate is not trusted', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    let asked = 0;
    const server = createServer({ key, cert }, () => (asked += 1)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = new URL(`https://127.0.0.1:${port}/`);
    expect(await send({ url })).toMatchObject({ code: 'tls-failed' });
    server.close();
    expect(asked).toBe(0);
  });

  it('that is broken off is neither delivered nor failed', async () => {
    receiver.next(hang);
    const stop = new AbortController();
    const sending = send({}, stop.signal);
    setTimeout(() => stop.abort(new RangeError('stop')), 50);
    await expect(sending).rejects.toThrow(RangeError);
  });
});
