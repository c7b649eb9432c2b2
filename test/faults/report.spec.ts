import { describe, expect, it } from '@jest/globals';
import { goodHistory } from './checker/sample-history.js';
import { drawSchedule } from './draw-schedule.js';
import { describeFailure, tableOf } from './report.js';
import { scriptedProfile } from './scripted-profile.js';
import { Tally, type Played } from './tally.js';

const schedule = drawSchedule(12, 34, scriptedProfile.pace);
const played: Played = {
  schedule,
  history: goodHistory(),
  violations: [
    { rule: 'acknowledged-lost', text: 'writer 0' },
    { rule: 'subscriber-doubled', text: 'subscriber 1' },
    { rule: 'call-hung', text: 'writer 2' },
  ],
};

describe('the report of a fault run', () => {
  it('tells of a violation what broke, in which schedule, and how to play it again', () => {
    const text = describeFailure(played, ({ seed, index }) => `play ${seed} ${index}`);
    expect(text).toContain('schedule 34 of seed 12');
    expect(text).toContain('acknowledged-lost: writer 0');
    expect(text).toContain('Play it again: play 12 34');
    const lines = text.split('\n');
    expect(lines).toHaveLength(1 + played.violations.length + schedule.steps.length + 1);
  });

  it('sums up what was played, lost and doubled', () => {
    const tally = new Tally();
    tally.add(played);
    tally.add({ ...played, violations: [] });

    expect(tally).toMatchObject({ schedules: 2, violated: 1, lost: 1, doubled: 1, events: 8 });
    expect(tally).toMatchObject({ otherViolations: 1, reads: 6, sessions: 2 });
    expect(Object.fromEntries(tally.appends)).toEqual({
      acknowledged: 4,
      conflict: 2,
      unknown: 2,
      refused: 2,
    });
    expect(tableOf(tally, 7.4)).toMatch(/appends acknowledged +│ 4 /);
  });
});
