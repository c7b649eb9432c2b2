/** The gateway has no agent of this name. */
export class UnknownAgent extends Error {
  override readonly name = 'UnknownAgent';

  constructor(readonly agent: string) {
    super(`The gateway has no agent ${agent}.`);
  }
}
