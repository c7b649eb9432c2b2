/** The architecture of docs/architecture.md, executed. */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Modules that need each other are one module; types alone may refer back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'the-domain-is-pure',
      comment: 'Rules know neither the framework nor any adapter.',
      severity: 'error',
      from: {
        path: '^src/governed-request/',
        pathNot: [
          '\\.(command|controller|schema|spec)\\.ts$',
          '/(executions|gateway-circuit|sweeper|agent-directory|request-progress|governed-requests|submission|acting|request-id)\\.ts$',
        ],
      },
      to: {
        path: [
          '^src/(http|views|identity|runtime|cli)/',
          '^node_modules/(@nestjs|undici|kysely|fastify)',
        ],
      },
    },
    {
      name: 'the-policy-is-pure',
      severity: 'error',
      from: { path: '^src/policy/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['^src/(?!policy/)', '^node_modules/@nestjs'] },
    },
    {
      name: 'adapters-know-only-their-port',
      comment: 'Stores and gateways know nothing of what is stored and sent.',
      severity: 'error',
      from: { path: '^src/(event-store|openclaw)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(governed-request|views|http|identity|cli|policy)/' },
    },
    {
      name: 'one-place-picks-adapters',
      comment: 'Everybody else takes the port.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '\\.spec\\.ts$',
          '^src/(open-stores|projector-thread)\\.ts$',
          '^src/(event-store|openclaw|views/database)/',
          '^src/notifications/queue/(sqlite|postgres)-queue-database\\.ts$',
        ],
      },
      to: {
        path: '^src/(event-store/(sqlite|eventstoredb|in-memory)|views/database/(sqlite|postgresql)|openclaw/(gateway-client|managed-gateway|fake))/|^src/notifications/queue/(sqlite|postgres)-queue-database',
        pathNot: ['managed-gateway\\.errors\\.ts$', 'progress-line\\.ts$'],
      },
    },
    {
      name: 'one-driver-for-eventstoredb',
      comment: 'So that its successor can follow.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/event-store/eventstoredb/' },
      to: { path: '^node_modules/@eventstore' },
    },
    {
      name: 'one-adapter-for-postgresql',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/views/database/postgresql/' },
      to: { path: '^node_modules/pg/' },
    },
    {
      name: 'views-only-read',
      severity: 'error',
      from: { path: '^src/views/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/governed-request/.*\\.command\\.ts$' },
    },
    {
      name: 'nothing-needs-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(spec|contract)\\.ts$' },
      to: { path: ['^test/', '\\.spec\\.ts$', '\\.contract\\.ts$'] },
    },
    {
      name: 'nothing-undeclared',
      severity: 'error',
      from: { path: '^(src|test|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
