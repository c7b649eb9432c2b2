import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';
import { problemDetails } from './problem.js';

const ALWAYS: readonly ProblemCode[] = [
  'unauthenticated',
  'key-expired',
  'key-revoked',
  'token-expired',
  'token-not-yet-valid',
  'token-invalid',
  'token-wrong-audience',
  'token-wrong-issuer',
  'token-unusable',
  'forbidden',
  'too-many-groups',
  'rate-limited',
  'issuer-unavailable',
  'store-unavailable',
  'shutting-down',
  'access-not-recordable',
];

/** Documents the problems a route may answer with, besides those any route may. */
export const ApiProblems = (...codes: readonly ProblemCode[]): MethodDecorator =>
  applyDecorators(
    ...[...Map.groupBy([...codes, ...ALWAYS], (code) => PROBLEMS[code][0])].map(([status, of]) =>
      ApiResponse({ status, standardSchema: problemDetails, description: of.join(', ') }),
    ),
  );
