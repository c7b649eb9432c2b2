const DISCLAIMER =
  'Rehearsal model: no language model is configured, so this is a fixed template and not an answer.';

const QUOTED_WORDS = 12;
const QUOTED_CHARACTERS = 100;

const SUMMARY = /\b(?:summari[sz]e|summary|summari[sz]ing|overview|outline|digest)\b/iu;
const WRITING = /\b(?:draft|write|compose|prepare|reply)\b/iu;
const MAIL = /\b(?:e-?mail|mail|message|letter|memo|note)\b/iu;

/** The same text for the same question, shaped by what was asked: an outline, a mail to fill in, or a checklist. */
export function rehearsalAnswer(asked: string): string {
  return [DISCLAIMER, `You asked: "${firstWords(asked)}"`, template(asked)].join('\n\n');
}

function template(asked: string): string {
  if (SUMMARY.test(asked)) return SUMMARY_OUTLINE;
  if (WRITING.test(asked) && MAIL.test(asked)) return MAIL_DRAFT;
  return CHECKLIST;
}

function firstWords(asked: string): string {
  const words = asked.slice(0, QUOTED_CHARACTERS * 4).split(/\s+/u);
  const quoted = words.slice(0, QUOTED_WORDS).join(' ').slice(0, QUOTED_CHARACTERS).toWellFormed();
  const isWhole = words.length <= QUOTED_WORDS && quoted.length < QUOTED_CHARACTERS;
  return isWhole ? quoted : `${quoted} …`;
}

const SUMMARY_OUTLINE = `Outline of a summary:
1. Purpose: what the text is for, and for whom.
2. Key points: three to five statements, each with the section it comes from.
3. Duties: who must do what, and by when.
4. Open questions: what the text leaves undecided.`;

const MAIL_DRAFT = `Draft of a mail, not sent:
Subject: [topic]: confirmation requested

Hello [name],

could you please confirm [the matter] by [date]? For context: [one sentence].

Thank you,
[sender]`;

const CHECKLIST = `Plan as a checklist:
- [ ] State the goal and how to tell that it is reached.
- [ ] Gather what is needed: people, data, permissions.
- [ ] Do the smallest reversible step first, and check its result.
- [ ] Have someone else review before anything that cannot be undone.
- [ ] Record what was done.`;
