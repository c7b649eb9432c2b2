import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { issueKey, storedKey } from '../../../src/identity/api-key.js';
import { createFakeGateway } from '../../../src/openclaw/fake/fake-gateway.js';
import type { Configuration } from '../../../src/runtime/configuration.js';
import type { Trace } from '../../../src/views/request-trace/trace.js';
import { waitingItem } from '../../../src/views/approval-queue/waiting-item.js';
import type { LoggedEvent } from '../../../src/views/event-log/logged-event.js';
import { makeDataFolder, type DataFolder } from './data-folder.js';
import type { Answer } from './http-client.js';
import { startTestDocket, type TestDocket } from './test-docket.js';
import { until } from './until.js';

/** Whose keys there are in stories of approvals, beside everybody's; finn has two. */
const KEYS = {
  finn: { id: 'finn', kind: 'human', groups: ['finance'] },
  'finn-phone': { id: 'finn', kind: 'human', groups: ['finance'] },
  faye: { id: 'faye', kind: 'human', groups: ['finance'] },
  lea: { id: 'lea', kind: 'human', groups: ['legal'] },
  bea: { id: 'bea', kind: 'human', groups: ['board'] },
  bot: { id: 'bot', kind: 'machine', groups: ['finance'] },
} as const;
type Approver = keyof typeof KEYS;

/** What ada asks for, on behalf of an employee. */
export const PAYMENT = {
  request: 'Pay the invoice of the cloud provider.',
  onBehalfOf: 'employee-001',
};

/** A service whose policy asks for an approval under certain terms, and the people who give it. */
export interface ApprovalStory {
  /** The service as it runs now. */
  readonly docket: TestDocket;
  /** Milliseconds by which its clock is ahead of the system's. */
  readonly ahead: number;
  /** Ada asks for a payment; answers once it waits. */
  submit(body?: object): Promise<Trace>;
  /** An approver decides on the content that the trace shows: yes, unless the body says otherwise. */
  decide(as: Approver, shown: Trace, body?: object): Promise<Answer>;
  /** The ids of what waits for an approver, as soon as the views hold what the trace shows. */
  waitingFor(as: Approver, shown: Trace): Promise<readonly string[]>;
  /**
   * The service is started anew so many minutes later, when it takes up at once what came due. Meanwhile, nobody has its
   * stores open.
   */
  later(minutes: number, meanwhile?: () => Promise<void>): Promise<void>;
  /** The events of this type, as soon as there is one. */
  recorded(id: string, type: string): Promise<readonly LoggedEvent[]>;
  close(): Promise<void>;
}

const waitingPage = z.object({ items: z.array(waitingItem) });

/** Starts a service whose payments wait under these terms of `policy.yaml`, with more settings where a story needs them. */
export async function tellApprovalStory(
  terms: object,
  more: (folder: DataFolder) => Promise<Partial<Configuration>> = async () => ({}),
): Promise<ApprovalStory> {
  const gateway = createFakeGateway();
  const folder = await makeDataFolder();
  const plain = addKeys(folder);
  const settings = { policyDir: writePolicy(folder, terms), ...(await more(folder)) };
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const start = () => startTestDocket({ gateway, folder, settings, clock });
  let docket = await start();
  const call = (as: Approver, method: 'GET' | 'POST', path: string, body?: object) =>
    docket.call(null, method, path, {
      ...(body && { body }),
      headers: { authorization: `Bearer ${plain[as]}`, prefer: 'wait=10' },
    });
  return {
    get docket() {
      return docket;
    },
    get ahead() {
      return ahead;
    },
    submit: (body = PAYMENT) => docket.submit('ada', body),
    decide: (as, { id, contentDigest }, body) =>
      call(as, 'POST', `/v1/requests/${id}/decisions`, {
        decision: 'approve',
        contentDigest,
        ...body,
      }),
    async waitingFor(as, { position }) {
      const answer = await call(as, 'GET', `/v1/approvals?minPosition=${position}`);
      return waitingPage.parse(answer.json()).items.map(({ id }) => id);
    },
    async later(minutes, meanwhile) {
      const before = (await docket.log()).at(-1);
      if (before) await docket.waitingFor('grace', before.position);
      await docket.stop();
      ahead += minutes * 60_000;
      await meanwhile?.();
      docket = await start();
    },
    recorded: (id, type) =>
      until(async () => {
        const found = (await docket.eventsOf(id)).filter((event) => event.type === type);
        return found.length > 0 && found;
      }),
    async close() {
      await docket.close();
      await folder.remove();
    },
  };
}

const keyFile = z.object({ keys: z.array(storedKey) });

function addKeys({ keysFile }: DataFolder): Readonly<Record<Approver, string>> {
  const { keys } = keyFile.parse(JSON.parse(readFileSync(keysFile, 'utf8')));
  const issued = Object.entries(KEYS).map(
    ([name, holder]) => [name, issueKey({ ...holder, roles: ['approver'] })] as const,
  );
  const stored = issued.map(([, key]) => key.stored);
  writeFileSync(keysFile, JSON.stringify({ keys: [...keys, ...stored] }));
  return Object.fromEntries(issued.map(([name, { plain }]) => [name, plain])) as Record<
    Approver,
    string
  >;
}

/** A JSON text is a YAML text too. */
function writePolicy({ path }: DataFolder, terms: object): string {
  const policy = {
    name: 'payments',
    levels: {
      green: { category: 'ordinary', confidence: 0.8, reason: 'Nothing speaks against it.' },
      amber: { category: 'payment', confidence: 0.8, reason: 'It moves money.' },
      red: { category: 'prohibited', confidence: 0.8, reason: 'It never runs.' },
    },
    approval: { amber: terms },
    blocked: { alternative: 'The payment can be prepared for a person to make.' },
    rules: [{ id: 'pay', risk: 'amber', reason: 'It pays.', match: [{ words: ['pay'] }] }],
    tools: { unknown: { risk: 'amber', reason: 'The tool is not known.' } },
  };
  const folder = join(path, 'policy');
  mkdirSync(folder);
  writeFileSync(join(folder, 'policy.yaml'), JSON.stringify(policy));
  return folder;
}
