// Exits with 0 when the app of this container is alive.
const PORTS = {
  'public-api': process.env.PUBLIC_API_PORT || 3001,
  'admin-api': process.env.ADMIN_API_PORT || 3002,
  worker: process.env.WORKER_PORT || 3003,
};
const answer = await fetch(`http://127.0.0.1:${PORTS[process.env.APP]}/api/v1/health/live`).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
