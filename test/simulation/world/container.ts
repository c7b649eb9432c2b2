import 'reflect-metadata';
import type { Provider } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';

/** What Nest and @nestjs/cqrs keep on a class for their own container. */
const PARAMETER_TYPES = 'design:paramtypes';
const PARAMETER_TOKENS = 'self:paramtypes';
const HANDLED_COMMAND = '__commandHandler__';

/** A class or the token of something else, as a module provides it. */
export type Token<T = unknown> = (symbol & { readonly of?: T }) | (new (...args: never[]) => T);

/** What stands in the place of what the module provides, each made for one container. */
export type Replacements = ReadonlyMap<Token, (container: Container) => unknown>;

interface Handler {
  execute(command: Command<unknown>): Promise<unknown>;
}

/**
 * Wires the providers of a module as Nest does, by what their constructors ask for, without its start, which takes a
 * hundred times as long: a replica is started several times in each simulation.
 */
export class Container {
  readonly #values = new Map<Token, unknown>();
  readonly #made = new Map<Token, unknown>();
  readonly #handlers = new Map<unknown, Token<Handler>>();

  constructor(
    providers: readonly Provider[],
    private readonly replacements: Replacements,
  ) {
    for (const provider of providers) {
      if (typeof provider === 'function') this.#provide(provider as Token<Handler>);
      else if ('useValue' in provider) {
        this.#values.set(provider.provide as Token, provider.useValue);
      }
    }
    this.#values.set(CommandBus, {
      execute: (command: Command<unknown>) => this.execute(command),
    });
  }

  /** The one instance of a class, or the value of a token. */
  get<T>(token: Token<T>): T {
    if (!this.#made.has(token)) {
      const replaced = this.replacements.get(token);
      this.#made.set(token, replaced ? replaced(this) : this.original(token));
    }
    return this.#made.get(token) as T;
  }

  /** What the module itself provides, also where something else stands in its place. */
  original<T>(token: Token<T>): T {
    if (this.#values.has(token)) return this.#values.get(token) as T;
    if (typeof token !== 'function') throw new Error(`Nothing provides ${String(token)}.`);
    const Class = token as new (...args: unknown[]) => T;
    return new Class(...parametersOf(Class).map((parameter) => this.get(parameter)));
  }

  /** Carries a command out, as the bus does. */
  async execute<T>(command: Command<T>): Promise<T> {
    const handler = this.#handlers.get(command.constructor);
    if (!handler) throw new Error(`${command.constructor.name} has no handler.`);
    return (await this.get(handler).execute(command)) as T;
  }

  #provide(provided: Token<Handler>): void {
    const command: unknown = Reflect.getMetadata(HANDLED_COMMAND, provided);
    if (command) this.#handlers.set(command, provided);
  }
}

const known = new WeakMap<object, readonly Token[]>();

function parametersOf(Class: object): readonly Token[] {
  const parameters = known.get(Class) ?? readParameters(Class);
  known.set(Class, parameters);
  return parameters;
}

function readParameters(Class: object): readonly Token[] {
  const types = (Reflect.getMetadata(PARAMETER_TYPES, Class) ?? []) as readonly Token[];
  const tokens = (Reflect.getMetadata(PARAMETER_TOKENS, Class) ?? []) as readonly {
    readonly index: number;
    readonly param: Token;
  }[];
  return types.map((type, at) => tokens.find(({ index }) => index === at)?.param ?? type);
}
