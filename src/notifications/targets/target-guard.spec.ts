import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Agent, request } from 'undici';
import { parseAllowedTargets } from './allowed-targets.js';
import { TargetGuard, TargetRefused, type Resolve } from './target-guard.js';

const PUBLIC = '93.184.216.34';

/** A name server that knows these names. */
const resolving =
  (names: Readonly<Record<string, readonly string[]>>): Resolve =>
  async (host) =>
    (names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const guardOver = (
  names: Readonly<Record<string, readonly string[]>> = {},
  allowed: readonly string[] = [],
) => new TargetGuard(parseAllowedTargets(allowed), resolving(names));

/** Addresses that lead, or may lead, into the own network, by what they are. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['loopback', '127.0.0.1'],
  ['loopback, the other end', '127.255.255.254'],
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private, 10/8', '10.0.0.1'],
  ['private, 172.16/12', '172.31.255.255'],
  ['private, 192.168/16', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['metadata of most clouds', '169.254.169.254'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['metadata of Oracle', '192.0.0.192'],
  ['Azure’s own service in a public range', '168.63.129.16'],
  ['benchmarking', '198.18.0.1'],
  ['documentation', '192.0.2.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['loopback in IPv6', '::1'],
  ['this host in IPv6', '::'],
  ['link-local in IPv6', 'fe80::1'],
  ['site-local, which is deprecated', 'fec0::1'],
  ['unique local', 'fd00:ec2::254'],
  ['multicast in IPv6', 'ff02::1'],
  ['IPv4 mapped, loopback', '::ffff:127.0.0.1'],
  ['IPv4 mapped, in hex', '::ffff:7f00:1'],
  ['IPv4 mapped, public', `::ffff:${PUBLIC}`],
  ['IPv4 compatible', '::127.0.0.1'],
  ['IPv4 translated', '::ffff:0:10.0.0.1'],
  ['NAT64', '64:ff9b::10.0.0.1'],
  ['NAT64 of a network of its own', '64:ff9b:1::10.0.0.1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:7f00:1::'],
  ['ISATAP', '2a00:1450::5efe:10.0.0.1'],
  ['ISATAP, universal', '2a00:1450::200:5efe:10.0.0.1'],
  ['documentation in IPv6', '2001:db8::1'],
  ['discarded', '100::1'],
  ['not given out', '4000::1'],
];

const PUBLIC_ADDRESSES = [PUBLIC, '8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450:4001::200e'];

const urlOf = (address: string) =>
  new URL(`https://${address.includes(':') ? `[${address}]` : address}/hook`);

const lookedUp = (guard: TargetGuard, host: string, all = true): Promise<unknown> =>
  new Promise((resolve, reject) => {
    guard.lookup(host, { all }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

describe('The guard of webhook targets', () => {
  it.each(HOSTILE)(
    'refuses %s: %s, written in the address or behind a name',
    async (_, address) => {
      expect(guardOver().objection(urlOf(address))).toMatch(/no public address/);
      const guard = guardOver({ 'hook.example.com': [address] });
      await expect(lookedUp(guard, 'hook.example.com')).rejects.toBeInstanceOf(TargetRefused);
    },
  );

  it.each(PUBLIC_ADDRESSES)('lets the public address %s through', async (address) => {
    expect(guardOver().objection(urlOf(address))).toBeNull();
    const guard = guardOver({ 'hook.example.com': [address] });
    expect(await lookedUp(guard, 'hook.example.com')).toMatchObject([{ address }]);
    expect(await lookedUp(guard, 'hook.example.com', false)).toBe(address);
  });

  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:0:0:1]/',
  ])('sees through the notation of %s', (text) => {
    expect(guardOver().objection(new URL(text))).toMatch(/no public address/);
  });

  it('refuses a name with one bad address among good ones, and one that leads nowhere', async () => {
    const guard = guardOver({ 'hook.example.com': [PUBLIC, '10.0.0.1'] });
    await expect(lookedUp(guard, 'hook.example.com')).rejects.toBeInstanceOf(TargetRefused);
    await expect(lookedUp(guard, 'nowhere.example.com')).rejects.toBeInstanceOf(TargetRefused);
  });

  it('passes on why a name could not be looked up', async () => {
    const failure = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const guard = new TargetGuard(parseAllowedTargets([]), () => Promise.reject(failure));
    await expect(lookedUp(guard, 'hook.example.com')).rejects.toBe(failure);
  });

  it('lets no name that is slow to look up hold up another one, however often it is called', async () => {
    let asked = 0;
    const slow = Promise.withResolvers<Awaited<ReturnType<Resolve>>>();
    const guard = new TargetGuard(parseAllowedTargets([]), (host) => {
      if (host !== 'slow.example.com') return Promise.resolve([{ address: PUBLIC, family: 4 }]);
      asked += 1;
      return slow.promise;
    });
    const waiting = Array.from({ length: 8 }, () => lookedUp(guard, 'slow.example.com'));
    expect(await lookedUp(guard, 'hook.example.com')).toMatchObject([{ address: PUBLIC }]);
    slow.reject(new Error('Nobody answers.'));
    for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe('rejected');
    await expect(lookedUp(guard, 'slow.example.com')).rejects.toThrow('Nobody answers.');
    expect(asked).toBe(2);
  });

  it('agrees, address by address, with whatever range the operator allows and no other', () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(octet, octet, octet, (a, b, c) => {
        const guard = guardOver({}, [`10.${a}.0.0/16`]);
        const objection = guard.objection(urlOf(`10.${b}.${c}.1`));
        expect(objection === null).toBe(a === b);
      }),
    );
  });

  it.each([
    ['an address', ['10.0.0.7'], '10.0.0.7', '10.0.0.8'],
    ['a range', ['10.1.0.0/16'], '10.1.2.3', '10.2.0.1'],
    ['an address in IPv6', ['fd00::7'], 'fd00::7', 'fd00::8'],
    ['a range in IPv6', ['fd00::/8'], 'fd12::1', 'fe80::1'],
  ])('lets %s through that is allowed, without TLS too', async (_, allowed, good, bad) => {
    const guard = guardOver({ a: [good], b: [bad] }, allowed);
    const plain = (address: string) => new URL(urlOf(address).href.replace('https', 'http'));
    expect([guard.objection(plain(good)), guard.objection(plain(bad))]).toEqual([
      null,
      expect.stringMatching('no public address'),
    ]);
    expect(await lookedUp(guard, 'a')).toMatchObject([{ address: good }]);
    await expect(lookedUp(guard, 'b')).rejects.toBeInstanceOf(TargetRefused);
  });

  it('lets a name through that is allowed, wherever it leads, and no other name there', async () => {
    const names = { 'chat.internal': ['10.0.0.7'], 'mail.internal': ['10.0.0.7'] };
    const guard = guardOver(names, ['Chat.internal']);
    expect(guard.objection(new URL('http://CHAT.internal:81/hook'))).toBeNull();
    expect(await lookedUp(guard, 'chat.internal')).toMatchObject([{ address: '10.0.0.7' }]);
    await expect(lookedUp(guard, 'mail.internal')).rejects.toBeInstanceOf(TargetRefused);
  });

  it.each([
    ['http://hook.example.com/', 'https'],
    ['ftp://hook.example.com/', 'https'],
    ['https://user@hook.example.com/', 'no user'],
    ['https://:pass@hook.example.com/', 'no user'],
    ['https://hook.example.com:25/', 'port'],
    ['https://hook.example.com/#part', 'fragment'],
  ])('refuses %s', (text, why) => {
    expect(guardOver().objection(new URL(text))).toContain(why);
  });

  it.each(['10.0.0.0/33', '10.0.0', '*.internal', 'a b', '', 'http://chat.internal', '1.2.3.4.5'])(
    'takes no "%s" for a target to allow',
    (entry) => {
      expect(() => parseAllowedTargets([entry])).toThrow(
        /^DOCKET_WEBHOOKS_ALLOW_PRIVATE: expected/,
      );
    },
  );
});

describe('A connection to a webhook target', () => {
  let server: Server;
  let reached = 0;
  beforeAll(async () => {
    server = createServer((socket) => {
      reached += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  it('is made to what was judged alone: a name that changes its mind in between reaches nothing', async () => {
    const answers = [[PUBLIC], ['127.0.0.1']];
    let asked = 0;
    const guard = new TargetGuard(parseAllowedTargets([]), async () => {
      const [address = ''] = answers[asked++] ?? ['127.0.0.1'];
      return [{ address, family: 4 }];
    });
    expect(await lookedUp(guard, 'rebinding.example.com')).toHaveLength(1);
    const agent = new Agent({ connect: { lookup: guard.lookup } });
    const { port } = server.address() as AddressInfo;
    const calling = request(`http://rebinding.example.com:${port}/`, { dispatcher: agent });
    await expect(calling).rejects.toBeInstanceOf(TargetRefused);
    await agent.destroy();
    expect([asked, reached]).toEqual([2, 0]);
  });
});
