/** Why a policy was turned down: its file cannot be read, is no YAML, has the wrong shape, or a rule does not compile. */
export type PolicyInvalidCode = 'unreadable' | 'not-yaml' | 'wrong-shape' | 'wrong-rule';

/** A policy that cannot be used. The message is one line: file, line, rule, what is wrong and how to mend it. */
export class PolicyInvalid extends Error {
  override readonly name = 'PolicyInvalid';

  constructor(
    readonly code: PolicyInvalidCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
