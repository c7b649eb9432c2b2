import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Every `check:` script of package.json is a gate. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Two at a time: the type check alone takes as long as all the others together. */
const AT_ONCE = 2;

const waiting = Object.keys(scripts).filter((name) => name.startsWith('check:'));
const failed = [];

await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}

async function runWaiting() {
  for (let gate = waiting.shift(); gate; gate = waiting.shift()) await report(gate);
}

/** Prints a line when the gate has ended; what it said only if it failed, and then in one piece. */
async function report(gate) {
  const started = performance.now();
  const { code, output } = await run(scripts[gate]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0) return console.log(`${gate} passed (${seconds} s)`);
  failed.push(gate);
  console.error(`${gate} FAILED (${seconds} s)\n${output}`);
}

/** npm has put node_modules/.bin on the PATH; a shell finds the commands there on every system. */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('close', (code) => resolve({ code, output }));
  });
}
