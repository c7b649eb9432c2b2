import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/** Knows every route as it is added, so that a call that fits none is told 404, or 405 and what is allowed. */
export class RouteTable {
  private readonly methods = new Map<string, Set<string>>();

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url, method }) => {
      const known = this.methods.get(url) ?? new Set<string>();
      for (const name of [method].flat()) known.add(name.toUpperCase());
      this.methods.set(url, known);
    });
  }

  /** The problem with a call that no route took. */
  unroutable(method: string, url: string): Problem {
    const path = url.split('?', 1)[0] ?? '';
    const allowed = [...this.methods].flatMap(([pattern, names]) =>
      fits(pattern, path) ? [...names] : [],
    );
    if (allowed.length === 0 || allowed.includes(method)) {
      return new Problem('not-found', 'There is nothing at this address.');
    }
    const allow = [...new Set(allowed)].toSorted().join(', ');
    const detail = `This address takes ${allow}.`;
    return new Problem('method-not-allowed', detail, { headers: { allow } });
  }
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) =>
      segment.startsWith(':') ? given[index] !== '' : segment === given[index],
    )
  );
}
