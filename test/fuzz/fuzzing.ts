import fc from 'fast-check';
import { describedRoutes } from '../support/docket/api-description.js';
import { describedAnswers } from './check/described-answers.js';
import { exchangeFaults, type Standard } from './check/check-exchange.js';
import { existenceFaults } from './check/existence.js';
import { anyRequest } from './plan/any-request.js';
import type { PlannedRequest } from './plan/planned-request.js';
import { render } from './plan/render.js';
import { Client, type Exchange } from './send/exchange.js';
import { headerOf } from './send/http-answer.js';
import { KnownValues } from './send/known-values.js';
import type { Target } from './target.js';

/** What came of one planned request. */
export interface Tried {
  readonly planned: PlannedRequest;
  readonly filled: PlannedRequest;
  readonly exchange: Exchange;
  /** What was wrong, a line each; none when all was right. */
  readonly faults: readonly string[];
}

/** Makes requests up and tries them on a service. */
export interface Fuzzing {
  readonly requests: fc.Arbitrary<PlannedRequest>;
  /** What is described, as in `GET /v1/requests/{id}`. */
  readonly routes: readonly string[];
  readonly known: KnownValues;
  readonly standard: Standard;
  /** Sends it, learns from what comes back, and holds that against everything an answer must be. */
  attempt(planned: PlannedRequest): Promise<Tried>;
  close(): void;
}

export function startFuzzing(target: Target): Fuzzing {
  const client = new Client(target.url);
  const known = new KnownValues(target.folder.keys);
  const standard: Standard = {
    described: describedAnswers(target.description),
    secrets: target.secrets,
  };
  return {
    requests: anyRequest(target.description),
    routes: describedRoutes(target.description).map(({ name }) => name),
    known,
    standard,
    async attempt(planned) {
      const filled = known.fill(planned);
      const exchange = await client.exchange(render(filled), filled.method);
      learn(known, exchange);
      const faults = [
        ...exchangeFaults(filled, exchange, standard),
        ...(await existenceFaults(planned, filled, exchange, { client, known })),
      ];
      return { planned, filled, exchange, faults };
    },
    close: () => client.close(),
  };
}

function learn(known: KnownValues, { answers, cut }: Exchange): void {
  const [answer] = answers;
  if (cut || !answer || answer.status > 299) return;
  const type = headerOf(answer, 'content-type') ?? '';
  if (type.startsWith('application/json') && answer.body !== '')
    known.learn(JSON.parse(answer.body));
}
