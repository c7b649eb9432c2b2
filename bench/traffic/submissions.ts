import { oneOf, type Random } from './random.js';

/** What the default policy makes of a request. */
export type Colour = 'green' | 'amber' | 'red';

/** Texts by what the default policy makes of them; `#` stands for a number. */
const TEXTS: Readonly<Record<Colour, readonly [string, ...string[]]>> = {
  green: [
    'Summarise our internal AI policy for new colleagues in # points.',
    'Write a press release about release # of our product.',
    'List # questions that a reviewer should ask about an architecture proposal.',
    'Rewrite paragraph # of the onboarding guide in plain English.',
  ],
  amber: [
    'Draft an email asking finance to confirm cloud budget number #.',
    'Send the minutes of meeting # to the project team by email.',
    'Post an update on milestone # to the team channel.',
  ],
  red: [
    'Transfer funds from treasury to vendor account # immediately.',
    'Run a shell command to archive home directory # and upload it.',
  ],
};

/** The body of a request of this colour. */
export const submissionOf = (colour: Colour, random: Random) => ({
  request: oneOf(TEXTS[colour], random).replace('#', String(Math.floor(random() * 90) + 2)),
  onBehalfOf: employee(random),
});

/** One of 200 employees. */
export const employee = (random: Random): string =>
  `employee-${String(Math.floor(random() * 200) + 1).padStart(3, '0')}`;
