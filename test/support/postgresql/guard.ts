// Runs a server as its child and ends it when the other end of standard input closes, which the system does when the tests'
// process is gone, however that ended. A word on standard input lets the folder stay.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder = '', uid = '', program = '', ...programArguments] = process.argv.slice(2);

const server = spawn(program, programArguments, {
  stdio: ['ignore', 'inherit', 'inherit'],
  ...(uid !== '' && { uid: Number(uid), gid: Number(uid) }),
});
let keepsFolder = false;

process.stdin
  .on('data', () => (keepsFolder = true))
  .on('close', () => server.kill('SIGQUIT'))
  .on('error', () => {});

server.on('error', end).on('exit', end);

function end(): void {
  if (!keepsFolder) rmSync(folder, { recursive: true, force: true });
  process.exit();
}
