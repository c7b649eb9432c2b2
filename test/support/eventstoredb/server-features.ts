import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as features from '@eventstore/db-client/generated/serverfeatures_pb.js';

const CLIENT = 'event_store.client';

/** What EventStoreDB 23.10.8 says it can do, of the services that a client of streams asks for. */
const METHODS: readonly (readonly [service: string, method: string, features: string[]])[] = [
  [`${CLIENT}.streams.streams`, 'read', ['position', 'events']],
  [`${CLIENT}.streams.streams`, 'append', []],
  [`${CLIENT}.streams.streams`, 'delete', []],
  [`${CLIENT}.streams.streams`, 'tombstone', []],
  [`${CLIENT}.streams.streams`, 'batchappend', ['deadline_duration']],
  [`${CLIENT}.gossip.gossip`, 'read', []],
  [`${CLIENT}.monitoring.monitoring`, 'stats', []],
  [`${CLIENT}.server_features.serverfeatures`, 'getsupportedmethods', []],
];

export function supportedMethods(): features.SupportedMethods {
  const answer = new featuresPb.SupportedMethods().setEventStoreServerVersion('23.10.8');
  for (const [service, method, list] of METHODS) {
    answer.addMethods(
      new featuresPb.SupportedMethod()
        .setServiceName(service)
        .setMethodName(method)
        .setFeaturesList(list),
    );
  }
  return answer;
}
