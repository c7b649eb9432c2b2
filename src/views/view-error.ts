/** Why a view gave no answer. */
export type ViewErrorCode =
  | 'invalid-cursor'
  | 'search-too-long'
  | 'invalid-range'
  | 'interval-too-fine'
  | 'view-behind'
  | 'views-unavailable'
  | 'view-unknown';

/** A question to a view that has no answer, or none yet. */
export class ViewError extends Error {
  override readonly name: string = 'ViewError';

  constructor(
    readonly code: ViewErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A view has not applied what the caller wants to see in it; asking again later helps. */
export class ViewBehind extends ViewError {
  override readonly name = 'ViewBehind';

  constructor(
    readonly view: string,
    /** Where the view stands, a decimal string; null before its first event. */
    readonly position: string | null,
    readonly wanted: string,
  ) {
    super(
      'view-behind',
      `The view ${view} stands at position ${position ?? 'none'}, not ${wanted}.`,
    );
  }
}
