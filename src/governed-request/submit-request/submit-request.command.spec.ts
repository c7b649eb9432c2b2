import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { expect, it } from '@jest/globals';
import { submission } from '../../../test/support/governed/commands.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { refusingStore } from '../../../test/support/refusing-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { createFakeGateway } from '../../openclaw/fake/fake-gateway.js';
import { createLogger } from '../../runtime/logger.js';
import { serviceActing } from '../acting.js';
import { Executions } from '../execute-request/executions.js';
import { GatewayCircuit } from '../execute-request/gateway-circuit.js';
import { GovernedRequests } from '../governed-requests.js';
import { SubmitRequest, SubmitRequestHandler } from './submit-request.command.js';

/** More than there are places with one execution. */
const MANY = 100;

it('Requests that could not be recorded take up no place, however many they were', async () => {
  const app = await NestFactory.createApplicationContext(CqrsModule.forRoot(), { logger: false });
  const log = createLogger('silent');
  const settings = {
    deadline: 1_000,
    maxExecutions: 1,
    maxExecutionsPerAgent: 1,
    maxExecutionsPerRequester: 1,
  };
  const circuit = new GatewayCircuit(createFakeGateway(), log);
  const executions = new Executions(app.get(CommandBus), circuit, settings, log);
  const store = refusingStore(createInMemoryEventStore(), 'Submitted', MANY);
  const requests = new GovernedRequests(store, () => new Date());
  const handler = new SubmitRequestHandler(requests, executions, testPolicy());
  const submit = () => {
    const id = randomUUID();
    return handler.execute(new SubmitRequest(id, submission(), serviceActing(id)));
  };

  for (let count = 0; count < MANY; count += 1) {
    await expect(submit()).rejects.toMatchObject({ code: 'unavailable' });
  }
  expect((await submit()).request.status).toBe('classified');
  await executions.stop();
  await app.close();
});
