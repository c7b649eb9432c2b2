import base from './jest.config.js';

/**
 * The longer stories of replicas that are lost, restarted or raced.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/replicas/long'],
  testPathIgnorePatterns: ['/node_modules/'],
};
