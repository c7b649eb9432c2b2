import { afterAll, beforeAll } from '@jest/globals';
import { buildProgram, type BuiltProgram } from '../support/docket/build-program.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { startOpenclawStub, type OpenclawStub } from '../support/openclaw-stub.js';
import { describeFullDisks } from './full-disk.suite.js';
import { describeFullViews } from './full-views.suite.js';
import { describeStarting } from './starting.suite.js';
import type { Home } from './support/service.js';

let program: BuiltProgram;
let folder: DataFolder;
let gateway: OpenclawStub;

beforeAll(async () => {
  [program, folder, gateway] = await Promise.all([
    buildProgram(),
    makeDataFolder(),
    startOpenclawStub(),
  ]);
});
afterAll(async () => {
  await Promise.all([program.remove(), folder.remove(), gateway.close()]);
});

const homeOf = (directory: string): Home => ({
  program,
  directory,
  keysFile: folder.keysFile,
  keys: folder.keys,
  gatewayUrl: gateway.url,
});

describeFullDisks(homeOf);
describeFullViews(homeOf);
describeStarting(homeOf);
