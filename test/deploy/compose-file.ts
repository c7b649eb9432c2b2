import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../src/runtime/project-root.js';

const service = z.looseObject({
  image: z.string(),
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2) }).optional(),
  stop_grace_period: z.string(),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: z.string(), pids: z.number() }),
    }),
  }),
});
export type ComposeService = z.infer<typeof service>;

const composeFile = z.looseObject({
  services: z.strictObject({ docket: service, openclaw: service, eventstore: service }),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.strictObject({})),
});

/** The text of a file of this project. */
export const projectFile = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

/** docker-compose.yml, as far as its services are told of here. */
export const readComposeFile = (): z.infer<typeof composeFile> =>
  composeFile.parse(parse(projectFile('docker-compose.yml'), { merge: true }));
