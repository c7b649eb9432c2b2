/** One measured pair. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much y grows with each x: the slope of the line that lies closest to the points, by least squares. */
export function slope(points: readonly Point[]): number {
  const mean = (of: keyof Point) =>
    points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const middle = { x: mean('x'), y: mean('y') };
  let covariance = 0;
  let variance = 0;
  for (const { x, y } of points) {
    covariance += (x - middle.x) * (y - middle.y);
    variance += (x - middle.x) ** 2;
  }
  return covariance / variance;
}
