import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../replicas/support/eventually.js';
import { DRAFT } from '../support/docket/sample-requests.js';
import { canMount, smallFileSystem, type ScarceRoom } from './support/scarce-room.js';
import { serve, type Home, type Service } from './support/service.js';

const PATIENCE = 20_000;
const LARGE_DRAFT = { ...DRAFT, request: `${DRAFT.request} ${'Thank them. '.repeat(800)}` };

export function describeFullViews(homeOf: (directory: string) => Home): void {
  // A limit on the size of files would meet the log as well.
  if (!canMount) return;
  describe('A service of which the read models alone run out of room', () => {
    let place: string;
    let room: ScarceRoom;
    let service: Service;

    beforeEach(async () => {
      room = smallFileSystem();
      mkdirSync(room.directory);
      place = mkdtempSync(join(tmpdir(), 'docket-views-full-'));
      symlinkSync(join(room.directory, 'views.db'), join(place, 'views.db'));
      service = await serve(homeOf(place));
    });
    afterEach(async () => {
      await service.kill();
      rmSync(place, { recursive: true });
      room.remove();
    });

    it('decides on, says why nothing new is shown, and shows all of it once there is room', async () => {
      const first = await service.submit('ada', LARGE_DRAFT);
      await eventually('it is shown', PATIENCE, () => shows(first.position));
      room.take(service.pid, 0);
      let last = first;
      for (let count = 0; count < 20; count += 1) last = await service.submit('ada', LARGE_DRAFT);
      expect(last.status).toBe('awaiting-approval');
      const why = 'The database of the read models cannot be used now: database or disk is full.';
      await eventually('it says why', PATIENCE, () => service.stderr.includes(why));
      expect((await service.call('audrey', 'GET', '/v1/requests?limit=5')).status).toBe(200);
      expect(await shows(last.position)).toBe(false);

      room.giveBack(service.pid);
      await eventually('it is shown', PATIENCE, () => shows(last.position));
    });

    async function shows(position: string): Promise<boolean> {
      const path = `/v1/requests?limit=5&minPosition=${position}`;
      return (await service.call('audrey', 'GET', path)).status === 200;
    }
  });
}
