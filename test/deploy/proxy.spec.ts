import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../src/http/problem-codes.js';
import { problemDetails } from '../../src/http/problem.js';
import { parsePrefer } from '../../src/http/prefer.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { readComposeFile } from './compose-file.js';
import { readProxyConfiguration } from './haproxy.js';
import { readDockerfile } from './dockerfile.js';

const { services, secrets } = readComposeFile();
const proxy = services['proxy']!;
const sections = readProxyConfiguration();
const section = (title: string): readonly string[] =>
  sections.find((each) => each.title === title)!.lines;
const seconds = (name: string): number =>
  Number(
    section('defaults')
      .join('\n')
      .match(new RegExp(`^timeout ${name} (\\d+)s$`, 'm'))?.[1],
  );

describe('The proxy', () => {
  it.each([
    ['ready', '/readyz'],
    ['living', '/healthz'],
  ])('knows every replica that is %s by %s', (backend, path) => {
    const lines = section(`backend ${backend}`);
    const [port] = readDockerfile('Dockerfile').final('EXPOSE');
    const replicas = Object.keys(services).filter((name) => /^docket-\d$/.test(name));
    expect(lines.filter((line) => line.startsWith('server '))).toEqual(
      replicas.map((name) => `server ${name} ${name}:${port}`),
    );
    expect(lines).toContain(`option httpchk GET ${path}`);
    expect(section('defaults').join('\n')).toMatch(/^default-server check /m);
  });

  it('sends callers only to backends that there are', () => {
    const used = section('frontend callers').flatMap((line) =>
      [...line.matchAll(/^(?:use|default)_backend (\w+)/g)].map(([, name]) => `backend ${name}`),
    );
    expect(used).toEqual(['backend living', 'backend ready']);
    for (const title of used) expect(sections.map((each) => each.title)).toContain(title);
  });

  it('listens with TLS at the port that is published, with the certificate that it is given', () => {
    const [published = ''] = proxy.ports;
    const [secret = ''] = proxy.secrets;
    expect(Object.keys(secrets)).toContain(secret);
    expect(section('frontend callers').filter((line) => line.startsWith('bind'))).toEqual([
      `bind :${published.split(':').at(-1)} ssl crt /run/secrets/${secret} alpn h2,http/1.1`,
    ]);
  });

  it('waits longer than the longest answer that a caller may ask for', () => {
    const longest = parsePrefer('wait=999999').wait / 1000;
    expect(seconds('server')).toBeGreaterThan(longest);
    expect(seconds('client')).toBeGreaterThan(longest);
  });

  it('sees that a replica is about to stop before that takes no more requests', () => {
    const [, every, times] = /^default-server check inter (\d+)s fall (\d+) /m.exec(
      section('defaults').join('\n'),
    )!;
    for (const [name, { environment }] of Object.entries(services)) {
      if (!/^docket-\d$/.test(name)) continue;
      const { drainDelay } = readConfiguration({
        DOCKET_DRAIN_DELAY: environment['DOCKET_DRAIN_DELAY'],
      });
      expect(drainDelay).toBeGreaterThan(Number(every) * Number(times) * 1_000);
    }
  });

  it('never sends a request twice that may have arrived', () => {
    const lines = section('defaults');
    expect(lines.filter((line) => line.startsWith('retry-on'))).toEqual(['retry-on conn-failure']);
    expect(lines).toContain('option http-server-close');
  });

  it('buffers no body and no answer', () => {
    const all = sections.flatMap(({ lines }) => lines).join('\n');
    expect(all).not.toMatch(/http-buffer-request|wait-for-body|filter compression/);
  });

  it('says itself who calls, whatever the caller says', () => {
    const lines = section('frontend callers');
    const forgotten = lines.findIndex((line) => line.includes('del-header'));
    const set = lines.findIndex((line) => line.includes('set-header X-Forwarded-For %[src]'));
    const [, pattern = ''] = lines[forgotten]!.match(/del-header (\S+) -m reg/)!;
    for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip']) {
      expect(name).toMatch(new RegExp(pattern));
    }
    expect(set).toBeGreaterThan(forgotten);
  });

  it('keeps the metrics of the replicas to itself, with a problem of ours', () => {
    const [rule = ''] = section('frontend callers').filter((line) => line.includes('/metrics'));
    const problem = problemDetails.parse(JSON.parse(jsonOf(rule)));
    expect([problem.status, problem.title]).toEqual(PROBLEMS['not-found']);
  });

  it.each([502, 503, 504])('answers %d as problem details', (status) => {
    const rule = section('defaults').find((line) =>
      line.startsWith(`http-error status ${status} `),
    );
    expect(JSON.parse(jsonOf(rule!))).toMatchObject({ type: 'about:blank', status });
  });

  it('is healthy while its container can be asked', () => {
    const port = /\/dev\/tcp\/127\.0\.0\.1\/(\d+)/.exec(proxy.healthcheck!.test.join(' '))![1];
    expect(section('frontend health')).toEqual([
      `bind 127.0.0.1:${port}`,
      'no log',
      'monitor-uri /healthz',
    ]);
  });
});

const jsonOf = (rule: string): string => /'(\{.*\})'/.exec(rule)![1]!;
