import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamNameFilter } from '@eventstore/db-client';
import { ScriptedCluster } from '../support/eventstoredb/scripted-cluster.js';
import type { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { until } from '../support/eventstoredb/until.js';
import { credentials, newEvent, newEvents, newStream, RawClient } from './raw-client.js';
import { notReady, refusalOf } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

const quick = '&maxDiscoverAttempts=2&discoveryInterval=20';

describe('a scripted cluster of three', () => {
  let cluster: ScriptedCluster;
  let open: RawClient[];

  beforeEach(async () => {
    cluster = await ScriptedCluster.start();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((raw) => raw.close()));
    await cluster.close();
  });

  const connect = (options = '') => {
    const raw = new RawClient(`${cluster.connectionString}${quick}${options}`);
    open.push(raw);
    return raw;
  };
  const needsLeader = { credentials, requiresLeader: true };
  const leaderOf = () => nodeOf(cluster.leader);
  const followerOf = () => nodeOf(cluster.followers[0]);

  it('is found by its seeds, and appends go to the leader', async () => {
    await connect().fill(newStream(), 1);
    expect(leaderOf().appendCalls).toBe(1);
    expect(cluster.followers).toHaveLength(2);
  });

  it('shows on every node what was written on any', async () => {
    const stream = newStream();
    await connect('&nodePreference=follower').fill(stream, 2);
    expect(leaderOf().appendCalls).toBe(0);
    for (const node of cluster.nodes) {
      const raw = new RawClient(node.connectionString);
      open.push(raw);
      expect(await raw.revisionsIn(stream)).toEqual([0n, 1n]);
    }
  });

  it('sends who needs the leader from a follower to it', async () => {
    const raw = connect('&nodePreference=follower');
    const append = () => raw.client.appendToStream(newStream(), newEvent(), needsLeader);
    const error: unknown = await append().catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      type: 'not-leader',
      leader: { address: '127.0.0.1', port: leaderOf().port },
    });
    await append();
    expect(leaderOf().appendCalls).toBe(1);
  });

  it('goes on under another leader when one is killed, and doubles nothing', async () => {
    const raw = connect();
    const stream = newStream();
    const events = await raw.fill(stream, 2);
    const killed = leaderOf();
    await killed.stop();
    expect(cluster.leader).toBeUndefined();
    expect(await refusalOf(() => raw.append(stream, newEvent(), 1n))).toMatchObject({
      class: 'UnavailableError',
    });
    cluster.elect(followerOf());
    await until(() => cluster.leader !== undefined);
    await raw.append(stream, newEvents(1), 1n);
    expect(await raw.append(stream, events, 'no_stream')).toMatchObject({
      nextExpectedRevision: 1n,
    });
    expect(await raw.revisionsIn(stream)).toEqual([0n, 1n, 2n]);

    await killed.startAgain();
    expect(cluster.leader).not.toBe(killed);
    expect(cluster.followers).toContain(killed);
  });

  it('keeps the subscriptions on a follower when the leader is killed', async () => {
    const stream = newStream();
    const watched = new WatchedSubscription(
      connect('&nodePreference=follower').client.subscribeToAll({
        filter: streamNameFilter({ prefixes: [stream] }),
      }),
    );
    await until(() => watched.isLive);
    const killed = leaderOf();
    await killed.stop();
    const elected = cluster.followers.find((node) => node.subscriberCount === 1);
    cluster.elect(nodeOf(elected));
    await connect().fill(stream, 2);
    await until(() => watched.events.length === 2);
    expect(watched.refusal).toBeUndefined();
  });

  it('is not found, and not ready, while nobody leads', async () => {
    cluster.loseLeader();
    const raw = connect();
    expect((await refusalOf(() => raw.append(newStream(), newEvent()))).message).toBe(
      'Failed to discover after 2 attempts.',
    );
    const one = new RawClient(followerOf().connectionString);
    open.push(one);
    expect(await refusalOf(() => one.append(newStream(), newEvent()))).toEqual(notReady);
    cluster.elect(followerOf());
    await raw.fill(newStream(), 1);
    await one.fill(newStream(), 1);
  });

  it('is not found while discovery fails, although every node answers', async () => {
    cluster.failDiscovery();
    const raw = connect();
    expect(await refusalOf(() => raw.append(newStream(), newEvent()))).toMatchObject({
      class: 'Error',
      message: 'Failed to discover after 2 attempts.',
    });
    const one = new RawClient(leaderOf().connectionString);
    open.push(one);
    await one.fill(newStream(), 1);
    cluster.failDiscovery(false);
    await raw.fill(newStream(), 1);
  });
});

function nodeOf(node: ScriptedEventStoreDb | undefined): ScriptedEventStoreDb {
  if (node === undefined) throw new Error('There is no such node.');
  return node;
}
