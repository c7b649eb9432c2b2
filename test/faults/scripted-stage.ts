import { ClusterTarget } from './cluster-target.js';
import type { Stage } from './run-schedules.js';
import { clusterProfile, scriptedProfile } from './scripted-profile.js';
import { ScriptedTarget } from './scripted-target.js';

const SCHEDULES_BETWEEN_CLUSTERS = 4;

const single: Stage = { profile: scriptedProfile, start: () => ScriptedTarget.start() };
const cluster: Stage = { profile: clusterProfile, start: () => ClusterTarget.start() };

/** Every fourth schedule is played on a cluster. */
export const scriptedStage = (index: number): Stage =>
  index % SCHEDULES_BETWEEN_CLUSTERS === SCHEDULES_BETWEEN_CLUSTERS - 1 ? cluster : single;
