import {
  callsAgain,
  callsBeforeItRecords,
  callsHoweverLate,
  sendsOtherWords,
  takesSilenceForFailure,
} from './execution-sabotages.js';
import {
  approvesByAnybody,
  escalatesAtEverySweep,
  neverAbandons,
  neverComparesWhatIsRepeated,
  neverExpires,
  neverTakesUpWhatIsLeft,
  remembersKeysInMemory,
  resolvesByAnybody,
  startsWhatIsNotApproved,
  withdrawsWhatIsDone,
} from './rule-sabotages.js';
import {
  forgesApprovalsOfAmendments,
  givesAmendmentsMoreTime,
  letsEditorsDecideAlone,
  startsGreenAmendments,
} from './amendment-sabotages.js';
import type { Sabotage } from './sabotage.js';
import {
  answersBeforeItStores,
  changesStoredEvents,
  hangsOnConflicts,
  leavesAnswersOutOfViews,
  losesItsLastEvent,
  stumblesOverConflicts,
  withoutVersionCheck,
} from './store-sabotages.js';

/** A way to break the service, and how soon it is found. */
export interface KnownSabotage {
  /** What a Docket does that is broken so. */
  readonly name: string;
  readonly sabotage: Sabotage;
  /** The invariant that finds it. */
  readonly breaks: string;
  /** It is found within so many seeds, counted from 1. */
  readonly within: number;
}

/** Each invariant broken in one way or more. */
export const SABOTAGES: readonly KnownSabotage[] = [
  {
    name: 'starts what is not approved yet',
    sabotage: startsWhatIsNotApproved,
    breaks: 'nothing is started that no event allowed with the same content digest',
    within: 300,
  },
  {
    name: 'approves by whoever says yes first',
    sabotage: approvesByAnybody,
    breaks: 'what is approved was granted in time by as many others as the quorum asks for',
    within: 300,
  },
  {
    name: 'takes approvals over to what was amended since',
    sabotage: forgesApprovalsOfAmendments,
    breaks: 'what is approved was granted in time by as many others as the quorum asks for',
    within: 300,
  },
  {
    name: 'lets editors approve what they made of a request',
    sabotage: letsEditorsDecideAlone,
    breaks: 'what was amended is approved by somebody who edited none of it',
    within: 300,
  },
  {
    name: 'starts what an approver made green',
    sabotage: startsGreenAmendments,
    breaks: 'nothing is started that no event allowed with the same content digest',
    within: 300,
  },
  {
    name: 'gives a request more time with each amendment',
    sabotage: givesAmendmentsMoreTime,
    breaks: 'an amendment gives a request no more time',
    within: 300,
  },
  {
    name: 'lets more people decide whenever a sweep believes that it is time to',
    sabotage: escalatesAtEverySweep,
    breaks: 'approvers are reminded and more of them let in once, when it is due',
    within: 300,
  },
  {
    name: 'appends without looking at the version',
    sabotage: withoutVersionCheck,
    breaks: 'a request is started once',
    within: 300,
  },
  {
    name: 'calls the gateway again where the outcome is unknown',
    sabotage: callsAgain,
    breaks: 'the gateway is called once for a request',
    within: 300,
  },
  {
    name: 'calls the gateway before it records the start',
    sabotage: callsBeforeItRecords,
    breaks: 'the gateway is called only behind the recorded start',
    within: 300,
  },
  {
    name: 'calls the gateway however long ago the start was recorded',
    sabotage: callsHoweverLate,
    breaks: 'the gateway is not called for a request that rests',
    within: 3_000,
  },
  {
    name: 'sends what was allowed in other words',
    sabotage: sendsOtherWords,
    breaks: 'the gateway is called with exactly the content that was allowed',
    within: 300,
  },
  {
    name: 'lets a request be withdrawn that is done',
    sabotage: withdrawsWhatIsDone,
    breaks: 'a request that rests never wakes up',
    within: 300,
  },
  {
    name: 'believes whoever says what came of a request',
    sabotage: resolvesByAnybody,
    breaks: 'somebody else than its requester says what came of a request',
    within: 300,
  },
  {
    name: 'takes silence of the gateway for a failure',
    sabotage: takesSilenceForFailure,
    breaks: 'the recorded outcome is what the gateway did',
    within: 300,
  },
  {
    name: 'answers before the append is done',
    sabotage: answersBeforeItStores,
    breaks: 'what an answer said was in the store before',
    within: 300,
  },
  {
    name: 'takes another request under a known key for the same again',
    sabotage: neverComparesWhatIsRepeated,
    breaks: 'what was accepted is what was asked',
    within: 300,
  },
  {
    name: 'changes an event that is stored',
    sabotage: changesStoredEvents,
    breaks: 'no event changes or disappears',
    within: 300,
  },
  {
    name: 'loses the last event with the process',
    sabotage: losesItsLastEvent,
    breaks: 'no event changes or disappears',
    within: 300,
  },
  {
    name: 'remembers idempotency keys in its own memory',
    sabotage: remembersKeysInMemory,
    breaks: 'an idempotency key stands for one request',
    within: 300,
  },
  {
    name: 'never takes up what a crash left behind',
    sabotage: neverTakesUpWhatIsLeft,
    breaks: 'what is allowed is started in the end',
    within: 300,
  },
  {
    name: 'never gives up an execution whose process died',
    sabotage: neverAbandons,
    breaks: 'what is started has an outcome in the end',
    within: 300,
  },
  {
    name: 'has requests wait for ever',
    sabotage: neverExpires,
    breaks: 'what nobody decides in time expires in the end',
    within: 300,
  },
  {
    name: 'waits for ever where another writer came first',
    sabotage: hangsOnConflicts,
    breaks: 'every call to a replica that lives is answered',
    within: 300,
  },
  {
    name: 'leaves events out of its views',
    sabotage: leavesAnswersOutOfViews,
    breaks: 'the views of a live replica are a fold over the log',
    within: 100,
  },
  {
    name: 'breaks down where another writer came first',
    sabotage: stumblesOverConflicts,
    breaks: 'nobody is told of a bug',
    within: 300,
  },
];
