import { storyOf } from '../load/crash-requests.js';
import type { Exchange } from '../records.js';
import { shown, type Check, type Stream } from './evidence.js';

/** Each story submits one request, however often it has to ask: there is one stream of it, and one id was told. */
export const checkSubmissions: Check = ({ exchanges, streams }) => {
  const told = Map.groupBy(exchanges.flatMap(toldId), ([story]) => story);
  const made = Map.groupBy([...streams], ([, stream]) => storyIn(stream) ?? 'none');
  const stories = new Set([...told.keys(), ...made.keys()]);
  return [...stories].flatMap((story) => {
    const streamsOf = made.get(story) ?? [];
    const ids = new Set([
      ...streamsOf.map(([id]) => id),
      ...(told.get(story) ?? []).map(([, id]) => id),
    ]);
    if (ids.size <= 1) return [];
    const text = `Story ${story} made several requests: ${[...ids].join(', ')}`;
    const evidence = streamsOf.map(([, stream]) => stream.map(shown));
    return [{ rule: 'several-requests', text, evidence }];
  });
};

function toldId({ ask, answer }: Exchange): (readonly [story: string, id: string])[] {
  const id = answer && answer.status < 300 ? answer.location?.split('/').at(-1) : undefined;
  return ask.kind === 'submit' && id !== undefined ? [[ask.story, id]] : [];
}

/** The story that a stream belongs to. */
export const storyIn = ([first]: Stream): string | undefined =>
  first?.type === 'Submitted' ? storyOf(first.data.content) : undefined;
