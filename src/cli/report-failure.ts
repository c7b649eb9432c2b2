import { isNativeError } from 'node:util/types';
import { EventStoreError } from '../event-store/event-store.errors.js';
import { ManagedGatewayError } from '../openclaw/managed-gateway/managed-gateway.errors.js';
import { PolicyInvalid } from '../policy/policy-invalid.js';
import { ConfigurationError } from '../runtime/configuration.error.js';
import { ViewError } from '../views/view-error.js';
import { CommandFailed } from './command-failed.js';

const WRONG_INPUT = 2;
const FAILED = 1;

/** Tells the operator in one line why the command ended; returns its exit code: 2 for a wrong setting or policy. */
export function reportFailure(error: unknown): number {
  process.stderr.write(`docket: ${lineOf(error)}\n`);
  return error instanceof ConfigurationError || error instanceof PolicyInvalid
    ? WRONG_INPUT
    : FAILED;
}

function lineOf(error: unknown): string {
  if (!isNativeError(error)) return 'it failed for an unknown reason';
  return KNOWN.some((known) => error instanceof known) || isSystemError(error)
    ? oneLine(error.message)
    : `an unexpected error: ${oneLine(error.stack ?? error.message)}`;
}

const KNOWN = [
  ConfigurationError,
  PolicyInvalid,
  EventStoreError,
  ManagedGatewayError,
  ViewError,
  CommandFailed,
];

const isSystemError = (error: Error): boolean => 'syscall' in error && 'code' in error;

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' | ');
