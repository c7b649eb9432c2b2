import type { Server, ServerWritableStream } from '@grpc/grpc-js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { handleAppend } from './append-handler.js';
import { handleDelete, handleTombstone } from './delete-handler.js';
import { handleGossip } from './gossip-handler.js';
import { streamNameOf } from './messages.js';
import { admit, authorize, type Node } from './node.js';
import { readOneStream, readWholeLog } from './read-handler.js';
import { rpcErrors } from './rpc-errors.js';
import { supportedMethods } from './server-features.js';
import { followOneStream } from './stream-subscription-handler.js';
import { followWholeLog } from './subscription-handler.js';

/** Which handler answers which call. */
export function addServices(server: Server, node: Node, onAppend: () => void): void {
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: (error: null, value: unknown) => void) =>
      answer(null, supportedMethods()),
  });
  server.addService(gossipGrpc.GossipService, {
    read: (_call: unknown, answer: Parameters<typeof handleGossip>[1]) =>
      handleGossip(node.membership, answer),
  });
  server.addService(streamsGrpc.StreamsService, {
    append: (...[call, answer]: HandlerArguments<typeof handleAppend>) => {
      onAppend();
      handleAppend(node, call, answer);
    },
    delete: (...[call, answer]: HandlerArguments<typeof handleDelete>) =>
      handleDelete(node, call, answer),
    tombstone: (...[call, answer]: HandlerArguments<typeof handleTombstone>) =>
      handleTombstone(node, call, answer),
    read: (call: ReadCall) => void handleRead(node, call),
  });
}

async function handleRead(node: Node, call: ReadCall): Promise<void> {
  try {
    await answerRead(node, call);
    call.end();
  } catch (error) {
    call.emit('error', rpcErrors.from(error));
  }
}

async function answerRead(node: Node, call: ReadCall): Promise<void> {
  const caller = admit(node, call.metadata);
  const options = call.request.getOptions();
  if (options === undefined) throw rpcErrors.handlerFailed();
  const stream = options.getStream();
  authorize(node, caller, stream ? streamNameOf(stream) : '$all', 'read');
  const { log } = node.database;
  if (options.hasSubscription()) {
    const follow = stream ? followOneStream : followWholeLog;
    return node.subscribers.serve((dropped) => follow(log, call, options, dropped));
  }
  return stream ? readOneStream(log, call, options) : readWholeLog(log, call, options);
}

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
type HandlerArguments<Handler extends (node: Node, call: never, answer: never) => void> = [
  Parameters<Handler>[1],
  Parameters<Handler>[2],
];
