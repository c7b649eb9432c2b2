import type { Position } from '../event-store.js';
import type { Feed, FeedHandlers } from './feed.js';

type Follow = (after: Position | null, handlers: FeedHandlers) => Feed;

/** Counts the feeds that the server confirmed, and those among them that ended unasked. */
export class FeedCount {
  #running = 0;
  #drops = 0;

  get running(): number {
    return this.#running;
  }

  get drops(): number {
    return this.#drops;
  }

  /** Opens feeds as `follow` does, and counts them. */
  counting(follow: Follow): Follow {
    return (after, handlers) => {
      let isRunning = false;
      const ended = () => {
        if (isRunning) this.#running -= 1;
        isRunning = false;
      };
      const feed = follow(after, {
        ...handlers,
        onConfirmed: () => {
          isRunning = true;
          this.#running += 1;
          handlers.onConfirmed();
        },
        onDrop: (error) => {
          if (isRunning) this.#drops += 1;
          ended();
          handlers.onDrop(error);
        },
      });
      const stop = () => {
        ended();
        feed.stop();
      };
      return { ...feed, stop };
    };
  }
}
