/** Tells the bench where this server listens, answers how much processor time it took, and ends with the bench. */
export function serveBench(at: { url: string; key: string }, close: () => Promise<void>): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
  process.on('disconnect', () => {
    void close().finally(() => process.exit());
  });
  process.send?.(at);
}
