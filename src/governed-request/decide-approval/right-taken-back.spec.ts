import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  asking,
  decision,
  minutesLater,
  NOON,
  saying,
  submitted,
} from '../../../test/support/governed/commands.js';
import { person } from '../../../test/support/governed/person.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { passingOn } from '../../../test/support/passing-on.js';
import { DelegationRegister } from '../../delegation/delegation-register.js';
import { grantDelegation } from '../../delegation/grant-delegation/grant-delegation.js';
import { revokeDelegation } from '../../delegation/revoke-delegation/revoke-delegation.js';
import { delegatedRights } from '../../delegation/rights.js';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { AmendRequest, AmendRequestHandler } from '../amend-request/amend-request.command.js';
import { callerActing, serviceActing } from '../acting.js';
import { decode, streamOf } from '../governed-request.codec.js';
import { GovernedRequests } from '../governed-requests.js';
import { Refused } from '../refused.js';
import { submitRequest } from '../submit-request/submit-request.js';
import { approveRequest } from './approve-request.js';
import { RejectRequest, RejectRequestHandler } from './reject-request.command.js';
import type { FindRights } from './right.js';

const asked = asking('an amber request');
const policy = testPolicy({ quorum: 2, eligible: ['finance'] });
const history = submitted(asked, policy);
const now = () => minutesLater(5);

describe('A decision in another’s place that another approver comes before', () => {
  it.each(['rejects', 'amends'] as const)(
    '%s nothing when the delegation was taken back meanwhile',
    async (how) => {
      const log = createInMemoryEventStore();
      const requests = new GovernedRequests(log, now);
      const register = new DelegationRegister(log, now);
      const [id, delegation] = [randomUUID(), randomUUID()];
      await requests.handle(id, serviceActing(id), (request) =>
        submitRequest(request, asked, policy, NOON),
      );
      const grace = callerActing(person('grace'));
      await register.handle(delegation, grace, (known, at) =>
        grantDelegation(
          known,
          {
            id: delegation,
            from: 'grace',
            ownGroups: ['finance'],
            to: 'linus',
            endsAt: minutesLater(60),
            comment: null,
          },
          at,
        ),
      );

      const meanwhile = async () => {
        const yes = decision(history, { approver: 'barbara', groups: ['finance'] });
        await requests.handle(id, callerActing(person('barbara')), (request) =>
          approveRequest(request, yes),
        );
        await register.handle(delegation, grace, (known, at) =>
          revokeDelegation(known, { id: delegation, by: 'grace', ofAnybody: false }, at),
        );
      };
      const slow = new GovernedRequests(heldUpOnce(log, meanwhile), now);
      const rights: FindRights = async () => {
        const found = delegatedRights(await register.read(), 'linus', now());
        if (found.length > 0) return found;
        throw new Refused('not-standing-in', 'Linus stands in for nobody.');
      };
      const acting = callerActing(person('linus'));
      const said = { ...decision(history, { approver: 'linus' }), comment: 'As we agreed.' };
      const decided =
        how === 'rejects'
          ? new RejectRequestHandler(slow, policy).execute(
              new RejectRequest(id, said, acting, rights),
            )
          : new AmendRequestHandler(slow, policy).execute(
              new AmendRequest(id, { ...said, edit: saying('another amber') }, acting, rights),
            );
      await expect(decided).rejects.toMatchObject({ code: 'not-standing-in' });
      const events = (await log.readStream(streamOf(id))).map(decode);
      expect(events.at(-1)).toMatchObject({ type: 'ApprovalGranted', data: { by: 'barbara' } });
    },
  );
});

/** Has something happen between what its first writer read and what they append. */
function heldUpOnce(store: EventStore, meanwhile: () => Promise<void>): EventStore {
  let isHeldUp = false;
  return {
    ...passingOn(store),
    async append(...args) {
      if (!isHeldUp) {
        isHeldUp = true;
        await meanwhile();
      }
      return store.append(...args);
    },
  };
}
