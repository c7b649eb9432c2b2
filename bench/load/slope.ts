/** One measured pair. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much y grows with each x. */
export interface Slope {
  readonly value: number;
  /** Its standard error: the true one is within two of them, nineteen times of twenty. */
  readonly error: number;
}

/** The slope of the line that lies closest to three points or more, by least squares. */
export function slope(points: readonly Point[]): Slope {
  const middle = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) };
  const around = points.map(({ x, y }) => ({ x: x - middle.x, y: y - middle.y }));
  const variance = sum(around.map(({ x }) => x * x));
  const value = sum(around.map(({ x, y }) => x * y)) / variance;
  const left = sum(around.map(({ x, y }) => (y - value * x) ** 2)) / (points.length - 2);
  return { value, error: Math.sqrt(left / variance) };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
