import base from './jest.config.js';

/**
 * Replicas, as processes of their own over one event log, that race, are lost and are restarted.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/replicas/long'],
  testPathIgnorePatterns: ['/node_modules/'],
};
