import { AppendGate } from './append-gate.js';
import { RememberedIds } from './remembered-ids.js';
import { ScriptedLog, serverRecord } from './scripted-log.js';

/** After every so many records another application writes one, so that no reader gets by without its filter. */
const RECORDS_BETWEEN_FOREIGN_ONES = 7;

/** What a server holds, or the nodes of a cluster together. */
export class Database {
  readonly log = new ScriptedLog();
  readonly remembered = new RememberedIds();
  readonly gate = new AppendGate();
  /** Shows the rest of an append that is half to be seen, and answers it; while it is set, the gate is closed. */
  split: (() => void) | undefined;
  #foreign = 0;

  constructor() {
    this.log.append('$$$settings', [serverRecord('$metadata', { $acl: { $r: '$admins' } })]);
    this.log.append('$users', [serverRecord('$User', 'admin')]);
    this.log.append('$user-admin', [serverRecord('$UserCreated', { loginName: 'admin' })]);
    this.#writeInBetween();
  }

  completeSplit(): void {
    this.split?.();
    this.split = undefined;
  }

  /** To be called behind each append. */
  letOthersWrite(): void {
    if (this.log.records.length % RECORDS_BETWEEN_FOREIGN_ONES === 0) this.#writeInBetween();
  }

  /** Another application writes to its own stream. */
  writeForeign(count: number): void {
    for (let written = 0; written < count; written += 1) {
      this.log.append('orders-foreign', [serverRecord('OrderPlaced', {})]);
    }
  }

  #writeInBetween(): void {
    this.#foreign += 1;
    this.log.append(`orders-${this.#foreign % 3}`, [
      serverRecord('OrderPlaced', { order: this.#foreign }),
    ]);
    this.log.append('$stats-127.0.0.1:2113', [
      serverRecord('$statsCollected', { records: this.#foreign }),
    ]);
  }
}
