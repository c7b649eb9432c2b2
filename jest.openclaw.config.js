import base from './jest.config.js';

/**
 * What runs against the real OpenClaw, which is installed on first need.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/openclaw'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 180_000,
};
