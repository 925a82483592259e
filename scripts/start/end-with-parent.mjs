// Preloaded into the apps: whatever becomes of the process that started them, they do not outlive it.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 25_000).unref();
});
