import fc from 'fast-check';
import { sameKey } from './json-text.js';
import { oddJson, oddName } from './odd-json.js';

const KINDS = ['drop', 'replace', 'wrap', 'unwrap', 'double', 'add', 'rename', 'fill'] as const;

interface Mutation {
  readonly kind: (typeof KINDS)[number];
  /** Which of all members, counted through the whole value. */
  readonly at: number;
  readonly odd: unknown;
  readonly name: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(1_000),
  odd: oddJson,
  name: oddName,
});

/** A value as it is or, more and more rarely, with one to three things wrong with it. */
export const mutatedJson = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(right, fc.oneof({ weight: 3, arbitrary: none }, { weight: 2, arbitrary: some }))
    .map(([value, mutations]) => mutations.reduce(mutate, value));

const none = fc.constant<Mutation[]>([]);
const some = fc.array(mutation, { minLength: 1, maxLength: 3 });

type Path = readonly string[];

function mutate(value: unknown, { at, ...change }: Mutation): unknown {
  const places = placesIn(value, []);
  return changeAt(value, places[at % places.length] ?? [], change);
}

function placesIn(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, of]) => placesIn(of, [...path, key]))];
}

type Change = Omit<Mutation, 'at'>;

function changeAt(value: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) return changed(value, change);
  const members = Object.entries(Object(value)).flatMap(([name, of]): [string, unknown][] => {
    if (name !== key) return [[name, of]];
    if (rest.length > 0) return [[name, changeAt(of, rest, change)]];
    return changedMember(name, of, change);
  });
  return Array.isArray(value) ? members.map(([, of]) => of) : Object.fromEntries(members);
}

function changedMember(name: string, value: unknown, change: Change): [string, unknown][] {
  if (change.kind === 'drop') return [];
  if (change.kind === 'rename') return [[change.name, value]];
  if (change.kind === 'double') {
    return [
      [name, value],
      [sameKey(name), change.odd],
    ];
  }
  return [[name, changed(value, change)]];
}

function changed(value: unknown, { kind, odd, name }: Change): unknown {
  if (kind === 'wrap') return typeof odd === 'string' ? { [name]: value } : [value];
  if (kind === 'unwrap') return Object.values(Object(value))[0] ?? null;
  if (kind === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries([...Object.entries(value), [name, odd]]);
  }
  if (kind === 'fill') return Array.from({ length: 50 }, () => value);
  return odd;
}
