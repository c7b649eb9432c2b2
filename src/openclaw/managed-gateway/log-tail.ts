import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const KEPT_LINES = 12;
const KEPT_CHARACTERS = 400;

/** Reads a log to its end and keeps its last lines, without the secrets. */
export function logTail(log: Readable, secrets: readonly string[]): () => readonly string[] {
  const lines: string[] = [];
  createInterface({ input: log }).on('line', (line) => {
    const text = scrub(stripVTControlCharacters(line), secrets).trim();
    if (text === '') return;
    lines.push(text.slice(0, KEPT_CHARACTERS));
    if (lines.length > KEPT_LINES) lines.shift();
  });
  return () => lines;
}

function scrub(text: string, secrets: readonly string[]): string {
  return secrets.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '[secret]'), text);
}
