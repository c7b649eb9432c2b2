/** A command could not do what it was asked; the message is the one line its caller gets. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
