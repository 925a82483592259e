// Preloaded into the apps: one that is still starting, and so does not listen to anything yet, ends with the process that started it too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
