import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Names whose values no log shows, at any depth (OBS-03). */
const HIDDEN: ReadonlySet<string> = new Set(
  `authorization cookie set-cookie password current_password new_password secret client_secret token access_token refresh_token mfa_code otp
   email phone_number full_name date_of_birth pan aadhaar parameters detail`.split(/\s+/),
);
const DEEPEST = 6;

/** The same object with what must not be shown replaced; errors are the serializer's matter. */
function redact(object: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (HIDDEN.has(name.toLowerCase())) shown[name] = '[redacted]';
    else if (typeof value !== 'object' || value === null || value instanceof Error) shown[name] = value;
    else shown[name] = depth < DEEPEST ? redact(value as Record<string, unknown>, depth + 1) : '[deep]';
  }
  return shown;
}

/** Makes the log of a process: one JSON object a line on the standard output, secrets and personal data left out (OBS-03). */
export function createLogger(settings: { app: string; level: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: settings.level,
      base: { app: settings.app },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }), log: (object) => redact(object) },
      serializers: { err: describeError },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** What an error may say in a log: where it came from, not the values that a database repeats in its messages. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = error as { code?: string; constraint?: string; table?: string };
  const message = error.message.replace(/: ".*"/s, ': [redacted]').replace(/\(.*\)=\(.*\)/s, '[redacted]');
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
  return { type: error.name, message, code, constraint, table, stack: frames };
}
