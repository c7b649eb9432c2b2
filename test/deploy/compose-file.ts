import { parse } from 'yaml';
import { z } from 'zod';
import { projectFile } from './project-file.js';

/** As far as services are told of here; a key that is not is refused, so that none goes unchecked. */
const service = z.strictObject({
  profiles: z.array(z.enum(['single', 'cluster'])).min(1),
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.literal('none').optional(),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  init: z.literal(true),
  restart: z.enum(['no', 'unless-stopped']),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  logging: z.strictObject({ driver: z.literal('local') }),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
    })
    .optional(),
  stop_grace_period: z.string(),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: z.string(), pids: z.number() }),
    }),
  }),
});
export type ComposeService = z.infer<typeof service>;

const composeFile = z.looseObject({
  name: z.literal('docket'),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});
export type ComposeFile = z.infer<typeof composeFile>;

export const COMPOSE_FILE = 'deploy/docker-compose.yml';

/** The compose file with its variables as they are written. */
export const readComposeFile = (): ComposeFile =>
  composeFile.parse(parse(projectFile(COMPOSE_FILE), { merge: true }));

const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** A variable that the compose file takes from its environment. */
export interface ComposeVariable {
  readonly name: string;
  /** `?` stops where it is missing or empty; `-` has a default. */
  readonly operator: string | undefined;
}

/** The variables in a text of the compose file. */
export const variablesOf = (text: string): readonly ComposeVariable[] =>
  [...text.matchAll(VARIABLE)].map(([, name = '', operator]) => ({ name, operator }));

/** The text with `value` in the place of every variable. */
export const interpolated = (text: string, value: string): string =>
  text.replaceAll(VARIABLE, value);
