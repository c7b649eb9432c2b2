/**
 * Gives a cluster that belongs to Docket alone its users and rights, and leaves alone what is as it should be:
 *
 * - admin and ops have the passwords given here, not those that the server comes with;
 * - the user docket may read the whole log, and append to and read streams. It is in no group: not even with its
 *   password can somebody delete or shorten a stream, or change who may do what;
 * - nobody else but administrators may do any of this.
 */
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKWARDS, END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

const PATIENCE_MILLISECONDS = 120_000;
const SUPPLIED_PASSWORD = 'changeit';

const LOG_ACL = { readRoles: ['$admins', 'docket'] };
const DEFAULT_ACLS = {
  $userStreamAcl: {
    $r: ['$admins', 'docket'],
    $w: ['$admins', 'docket'],
    $d: '$admins',
    $mr: ['$admins', 'docket'],
    $mw: '$admins',
  },
  $systemStreamAcl: { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' },
};

const nodes = required('NODES');
const admin = { username: 'admin', password: required('ADMIN_PASSWORD') };
const ops = { username: 'ops', password: required('OPS_PASSWORD') };
const docket = { username: 'docket', password: required('USER_PASSWORD') };
const [firstNode] = nodes.split(',');

setTimeout(
  () => fail('EventStoreDB did not do as it was told in time'),
  PATIENCE_MILLISECONDS,
).unref();
await setPasswords();
await makeUser();
await setRights();
await check();
console.log('set-up-access: users and rights are as they should be');

function required(name) {
  const value = process.env[name] ?? '';
  if (value === '') fail(`${name} is not set`);
  return value;
}

function fail(why) {
  console.error(`set-up-access: ${why}`);
  process.exit(1);
}

async function setPasswords() {
  const supplied = { ...admin, password: SUPPLIED_PASSWORD };
  if (await mayLogIn(supplied)) {
    const change = { currentPassword: SUPPLIED_PASSWORD, newPassword: admin.password };
    await command(supplied, '/users/admin/command/change-password', change);
  }
  await until(() => mayLogIn(admin), 'ADMIN_PASSWORD is not the password of the user admin');
  await resetUnlessValid(ops);
}

async function makeUser() {
  const { status } = await ask(admin, '/users/docket');
  if (status === 404) {
    const user = { loginName: 'docket', fullName: 'Docket', groups: [], password: docket.password };
    await command(admin, '/users', user);
  }
  await resetUnlessValid(docket);
}

async function resetUnlessValid(user) {
  if (await mayLogIn(user)) return;
  const path = `/users/${user.username}/command/reset-password`;
  await command(admin, path, { newPassword: user.password });
}

async function setRights() {
  const client = connectAs(admin);
  const { metadata } = await client.getStreamMetadata('$all');
  if (!isDeepStrictEqual(metadata?.acl, LOG_ACL)) {
    await client.setStreamMetadata('$all', { acl: LOG_ACL }, { credentials: admin });
  }
  if (!isDeepStrictEqual(await lastSettings(client), DEFAULT_ACLS)) {
    const event = jsonEvent({ type: '$settings', data: DEFAULT_ACLS });
    await client.appendToStream('$settings', event, { credentials: admin });
  }
  await client.dispose();
}

async function lastSettings(client) {
  const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 };
  try {
    for await (const { event } of client.readStream('$settings', last)) return event?.data;
  } catch (error) {
    if (error.type !== 'stream-not-found') throw error;
  }
}

/** What the whole step is for, tried on every node. */
async function check() {
  for (const node of nodes.split(',')) {
    await until(() => mayLogIn(docket, node), `${node} does not know the user docket`);
    for (const { username } of [admin, ops]) {
      const supplied = { username, password: SUPPLIED_PASSWORD };
      await until(
        async () => !(await mayLogIn(supplied, node)),
        `${node} takes a supplied password`,
      );
    }
  }
  const client = connectAs(docket);
  for await (const _ of client.readAll({ maxCount: 1 }));
  await client.dispose();
}

function connectAs({ username, password }) {
  const user = `${username}:${encodeURIComponent(password)}`;
  const authority = encodeURIComponent(required('NODE_EXTRA_CA_CERTS'));
  return EventStoreDBClient.connectionString(`esdb://${user}@${nodes}?tlsCAFile=${authority}`);
}

async function mayLogIn(user, node = firstNode) {
  const { status } = await ask(user, '/users/$current', { node });
  if (status !== 200 && status !== 401) fail(`${node} answers ${status} to a login`);
  return status === 200;
}

async function command(user, path, body) {
  const { status } = await ask(user, path, { body });
  if (status !== 200 && status !== 201) fail(`${path} is answered ${status}`);
}

function ask({ username, password }, path, { node = firstNode, body } = {}) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return fetch(`https://${node}${path}`, {
    headers: { authorization, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
}

/** Followers learn of a new password a moment later. */
async function until(holds, otherwise) {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries === 20) fail(otherwise);
    await sleep(500);
  }
}
