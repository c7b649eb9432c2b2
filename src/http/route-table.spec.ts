import { beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { RouteTable } from './route-table.js';

describe('A call that no route takes', () => {
  let routes: RouteTable;

  beforeAll(async () => {
    const fastify = Fastify();
    routes = new RouteTable(fastify);
    fastify.get('/things', async () => '');
    fastify.post('/things', async () => '');
    fastify.get('/things/:id', async () => '');
    fastify.post('/things/:id/parts', async () => '');
    await fastify.ready();
  });

  it.each([
    ['DELETE', '/things', 'GET, HEAD, POST'],
    ['DELETE', '/things?a=b', 'GET, HEAD, POST'],
    ['POST', '/things/7', 'GET, HEAD'],
    ['GET', '/things/7/parts', 'POST'],
  ])('as %s %s is told what the address takes', (method, url, allow) => {
    expect(routes.unroutable(method, url)).toMatchObject({
      code: 'method-not-allowed',
      headers: { allow },
    });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/thing'],
    ['POST', '/things/'],
    ['POST', '/things//parts'],
    ['GET', '/things/7/parts/8'],
    ['GET', '/things/x'],
  ])('as %s %s is told that there is nothing', (method, url) => {
    expect(routes.unroutable(method, url)).toMatchObject({ code: 'not-found', headers: {} });
  });
});
