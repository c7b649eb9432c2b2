/**
 * Measures the policies on labelled requests: how many risky ones are caught, how many legitimate ones wait for a
 * person, how many harmless ones are disturbed, and how long a classification takes.
 *
 *   npm run build && node bench/classification/measure.ts <folder with requests.jsonl and everyday.jsonl> [policy …]
 *
 * The data is third-party and no part of this repository; without it the script says so and ends with 0.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../src/policy/policy.js';

interface Row {
  readonly source: string;
  readonly label: 'risky' | 'needs-approval' | 'harmless';
  readonly text: string;
}

interface Tally {
  green: number;
  amber: number;
  red: number;
}

const FILES = ['requests.jsonl', 'everyday.jsonl'];
/** Harmless requests that are worded to alarm: another question than ordinary harmless ones. */
const ALARMING = ['XSTest', 'CyberSecEval'];

const TYPICAL =
  'Please summarise the minutes of the last meeting for the new colleagues and keep it to one short page.';

const root = new URL('../../', import.meta.url);
const [folder = '', ...named] = process.argv.slice(2);

if (FILES.some((file) => !existsSync(join(folder, file)))) {
  console.log(`Skipped: "${folder}" has no ${FILES.join(' and ')}; name the folder that has them.`);
} else {
  const rows = FILES.flatMap((file) => readRows(join(folder, file)));
  const { loadPolicy } = await builtLoader();
  for (const name of named.length > 0 ? named : ['default', 'tutorial']) {
    report(await loadPolicy(new URL(`policies/${name}`, root).pathname), rows);
  }
}

async function builtLoader(): Promise<typeof import('../../src/policy/load-policy.js')> {
  const built = new URL('dist/policy/load-policy.js', root).href;
  return (await import(built)) as typeof import('../../src/policy/load-policy.js');
}

function readRows(file: string): Row[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
}

function report(policy: Policy, rows: readonly Row[]): void {
  console.log(`\n# Policy ${policy.name} (${policy.digest.slice(0, 12)}), ${rows.length} requests`);
  const tallies = tally(policy, rows);
  for (const [group, counts] of tallies) printRow(group, counts);
  printSpeed(policy, rows);
}

function tally(policy: Policy, rows: readonly Row[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const row of rows) {
    const { risk } = policy.classify({ kind: 'chat', request: row.text });
    for (const group of [`all: ${kindOf(row)}`, `${kindOf(row)}: ${row.source}`]) {
      const counts = tallies.get(group) ?? { green: 0, amber: 0, red: 0 };
      counts[risk]++;
      tallies.set(group, counts);
    }
  }
  return new Map([...tallies].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf({ label, source }: Row): string {
  if (label !== 'harmless') return label;
  return ALARMING.some((name) => source.startsWith(name))
    ? 'harmless, alarming'
    : 'harmless, ordinary';
}

function printRow(group: string, { green, amber, red }: Tally): void {
  const total = green + amber + red;
  const share = (count: number) => `${((100 * count) / total).toFixed(1)} %`.padStart(8);
  const parts = [
    `amber or red ${share(amber + red)}`,
    `amber ${share(amber)}`,
    `red ${share(red)}`,
  ];
  console.log(`${group.padEnd(46)} ${String(total).padStart(5)}  ${parts.join('  ')}`);
}

function printSpeed(policy: Policy, rows: readonly Row[]): void {
  const texts = rows.map(({ text }) => text);
  const units = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  console.log(
    `typical request of ${TYPICAL.length} characters: ${perCall(policy, [TYPICAL]).toFixed(1)} µs`,
  );
  console.log(
    `all of them, ${units.toFixed(0)} characters on average: ${perCall(policy, texts).toFixed(1)} µs`,
  );
}

/** Microseconds a classification, after a warm-up. */
function perCall(policy: Policy, texts: readonly string[]): number {
  const run = (calls: number) => {
    for (let call = 0; call < calls; call++) {
      policy.classify({ kind: 'chat', request: texts[call % texts.length] ?? '' });
    }
  };
  run(5_000);
  const calls = 20_000;
  const start = performance.now();
  run(calls);
  return ((performance.now() - start) * 1000) / calls;
}
