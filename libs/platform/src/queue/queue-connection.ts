/** Where the queues live: PostgreSQL, in a schema of their own beside the tables, or Redis. */
export type QueueConnection =
  | { readonly kind: 'postgres'; readonly url: string; readonly name?: string }
  | { readonly kind: 'redis'; readonly url: string; readonly prefix?: string };

/** The schema of the queues' own tables on PostgreSQL. */
export const QUEUE_SCHEMA = 'bullmq';

/** Redis when its address is given, else PostgreSQL by the worker's own connection string. */
export const queueConnection = ({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl?: string }): QueueConnection =>
  redisUrl ? { kind: 'redis', url: redisUrl } : { kind: 'postgres', url: databaseUrl, name: 'tallystick-queue' };
