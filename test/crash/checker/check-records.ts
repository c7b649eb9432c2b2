import type { Records } from '../records.js';
import { checkAnswers } from './answers.js';
import { checkApprovals } from './approvals.js';
import { checkCalls } from './calls.js';
import { evidenceOf, type Check } from './evidence.js';
import { checkHistories } from './histories.js';
import { checkLog } from './log.js';
import { checkOrigins } from './origins.js';
import { checkOutcomes } from './outcomes.js';
import { checkRefusals } from './refusals.js';
import { checkRest } from './rest.js';
import { checkSubmissions } from './submissions.js';
import { checkViews } from './views.js';
import { roundsOf } from './rounds-of.js';
import type { PlacedViolation } from './violation.js';

const CHECKS: readonly Check[] = [
  checkLog,
  checkHistories,
  checkApprovals,
  checkAnswers,
  checkRefusals,
  checkSubmissions,
  checkOrigins,
  checkCalls,
  checkOutcomes,
  checkRest,
  checkViews,
];

/** Holds what clients were told, what the store has and what the gateway got against each other. */
export function checkRecords(records: Records): readonly PlacedViolation[] {
  const evidence = evidenceOf(records);
  const violations = [...evidence.unreadable, ...CHECKS.flatMap((check) => check(evidence))];
  return violations.map((one) => ({ ...one, rounds: roundsOf(one.evidence, records.lives) }));
}
