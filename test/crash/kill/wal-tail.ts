import { readFile } from 'node:fs/promises';

const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * Whether a write-ahead log of SQLite ends in the middle of a transaction: its last frame of the present generation
 * (the one with the header's salts) is none that commits. See "The Write-Ahead Log" of SQLite's file format.
 */
export async function endsInsideTransaction(file: string): Promise<boolean> {
  const wal = await readFile(file).catch(() => Buffer.alloc(0));
  if (wal.length < HEADER) return false;
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let isInside = false;
  for (let at = HEADER; at + FRAME_HEADER <= wal.length; at += frame) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    // A frame that commits says how large the database is then; a cut one commits nothing.
    const commits = wal.readUInt32BE(at + 4) !== 0 && at + frame <= wal.length;
    isInside = !commits;
  }
  return isInside;
}
