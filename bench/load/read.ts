import { z } from 'zod';
import type { Answer } from '../../test/support/docket/http-client.js';
import type { Identity } from '../../test/support/docket/identities.js';
import { byShare, oneOf } from '../traffic/random.js';
import { employee } from '../traffic/submissions.js';
import { READS } from './kinds.js';
import type { Load } from './load.js';

type Read = keyof typeof READS;

const page = z.object({ nextCursor: z.string().nullable() });

/** Makes a reader: each call reads what the mix says. */
export function createReader(load: Load): (due: number) => Promise<void> {
  let next: string | null = null;
  return async (due) => {
    const asked = byShare(READS, load.random);
    const kind = asked === 'next page' && next === null ? 'list' : asked;
    const [as, path] = question(kind, load, next);
    const answer = await load.meter.measure(kind, due, 200, load.call(as, 'GET', path));
    if (answer && (kind === 'list' || kind === 'next page')) next = cursorOf(answer);
  };
}

function question(
  kind: Read,
  { random, recent }: Load,
  cursor: string | null,
): readonly [Identity, string] {
  switch (kind) {
    case 'list':
      return ['audrey', `/v1/requests?limit=50&${filter(random)}`];
    case 'next page':
      return ['audrey', `/v1/requests?limit=50&cursor=${cursor}`];
    case 'approvals':
      return ['grace', '/v1/approvals?limit=50'];
    case 'report':
      return [
        'ana',
        `/v1/reports/risk?interval=hour&from=${anHourAgo()}&groupBy=${grouping(random)}`,
      ];
    case 'trace': {
      const request = recent.any(random);
      // Whoever submitted it reads what they wrote.
      const path = request && `/v1/requests/${request.id}?minPosition=${request.position}`;
      return ['ada', path ?? '/v1/requests?limit=1'];
    }
  }
}

const filter = (random: Load['random']): string =>
  oneOf(
    [
      '',
      'status=blocked',
      'status=executed',
      'risk=amber',
      `onBehalfOf=${employee(random)}`,
      'q=meeting',
    ],
    random,
  );

const grouping = (random: Load['random']): string =>
  oneOf(['risk', 'status', 'category', 'agent'], random);

const anHourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();

const cursorOf = (answer: Answer): string | null => page.parse(answer.json()).nextCursor;
