import { cliReference } from './cli-reference.js';
import { configurationReference } from './configuration-reference.js';
import { eventsReference } from './events-reference.js';
import { openApiReference } from './openapi-reference.js';
import { problemsReference } from './problems-reference.js';

/** Every file of `docs/reference`, by its name, as the code has it now. */
export const REFERENCE_FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  'cli.md': cliReference,
  'configuration.md': configurationReference,
  'events.md': eventsReference,
  'openapi.json': openApiReference,
  'problems.md': problemsReference,
};
