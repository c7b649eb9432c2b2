import base from './jest.config.js';

/**
 * The program on full, damaged and read-only disks.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/disk'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 90_000,
};
