/** Runs before the program: its clock is ahead of the machine's by `CRASH_CLOCK_AHEAD` milliseconds, and goes on as the machine's does. */
const MachineDate = Date;
const machineNow = Date.now;
const ahead = Number(process.env['CRASH_CLOCK_AHEAD']);

const now = (): number => machineNow() + ahead;

Date.now = now;
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  apply: () => new MachineDate(now()).toString(),
});
