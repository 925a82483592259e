import {
  IsIn,
  IsOptional,
  Matches,
  Validate,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { parseProxies } from '../http/limits/caller-address.policy.js';
import { parseLimit } from '../http/limits/limits.policy.js';

/** Length of the key-encryption key. */
const KEY_BYTES = 32;

/** Known to everybody who reads this file: enough to try things out, refused in production (OPS-03). */
export const DEVELOPMENT_KEY = Buffer.alloc(KEY_BYTES, 'tallystick-development-key').toString('base64');
/** The same for the ops token. */
export const DEVELOPMENT_OPS_TOKEN = 'development-ops-token';
/** Who mails come from where none are sent. */
export const DEVELOPMENT_SENDER = 'Tallystick <no-reply@localhost>';

@ValidatorConstraint({ name: 'key' })
class IsKey implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && /^[A-Za-z0-9+/]+=*$/.test(value) && Buffer.from(value, 'base64').length === KEY_BYTES;
  }
  defaultMessage(): string {
    return `${KEY_BYTES} random bytes in base64, as \`openssl rand -base64 ${KEY_BYTES}\` prints them`;
  }
}

@ValidatorConstraint({ name: 'address' })
class IsAddress implements ValidatorConstraintInterface {
  validate(value: unknown, { constraints }: ValidationArguments): boolean {
    return (
      typeof value === 'string' && URL.canParse(value) && constraints.includes(new URL(value).protocol) && new URL(value).hostname !== ''
    );
  }
  defaultMessage({ constraints }: ValidationArguments): string {
    return `an address of the form ${constraints.map((protocol: string) => `${protocol}//...`).join(' or ')}`;
  }
}

@ValidatorConstraint({ name: 'limit' })
class IsLimit implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && parseLimit(value) !== undefined;
  }
  defaultMessage(): string {
    return 'a count and the seconds of its window, at most a day, as 120/60';
  }
}

@ValidatorConstraint({ name: 'proxies' })
class AreProxies implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && parseProxies(value) !== undefined;
  }
  defaultMessage(): string {
    return 'addresses and CIDR ranges of proxies, separated by commas, as 10.0.0.0/8,192.0.2.1; never all addresses';
  }
}

@ValidatorConstraint({ name: 'networks' })
class AreNetworks implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && parseProxies(value) !== undefined;
  }
  defaultMessage(): string {
    return 'addresses and CIDR ranges, separated by commas, as 10.8.0.0/16; never all addresses';
  }
}

const PORT = /^(6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})$/;
const SENDER = /^([^\s@<>",;]{1,64}@[^\s@<>",;]{1,189}|[^<>"\r\n,;]{1,100} <[^\s@<>",;]{1,64}@[^\s@<>",;]{1,189}>)$/;
const port = { message: 'a port number from 1 to 65535' };
const flag = { message: 'true or false' };

/** Every environment variable that the apps read, with its form and its default. `docs/configuration.md` explains them. */
export class Settings {
  @IsIn(['development', 'test', 'production'], { message: 'development, test or production' })
  NODE_ENV = 'development';

  @Validate(IsAddress, ['postgres:', 'postgresql:'])
  DATABASE_URL: string;

  @IsOptional()
  @Validate(IsAddress, ['redis:', 'rediss:'])
  REDIS_URL?: string;

  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'a host name or address to listen on' })
  HOST = '127.0.0.1';

  @Matches(PORT, port)
  PUBLIC_API_PORT = '3001';

  @Matches(PORT, port)
  ADMIN_API_PORT = '3002';

  @Matches(PORT, port)
  WORKER_PORT = '3003';

  @Matches(PORT, port)
  PG_PORT = '54329';

  @IsOptional()
  @Validate(IsAddress, ['http:', 'https:'])
  PUBLIC_URL?: string;

  @IsOptional()
  @Validate(IsAddress, ['http:', 'https:'])
  CONSOLE_URL?: string;

  @IsOptional()
  @Validate(IsAddress, ['smtp:', 'smtps:'])
  SMTP_URL?: string;

  @Matches(SENDER, { message: 'an e-mail address, or a name with one as `Points <no-reply@example.com>`' })
  MAIL_FROM = DEVELOPMENT_SENDER;

  @Matches(/^[^\0]+$/, { message: 'a path' })
  TALLYSTICK_DATA_DIR = '.data';

  @Validate(IsKey)
  TALLYSTICK_KEY = DEVELOPMENT_KEY;

  @Matches(/^[\x21-\x7e]{16,}$/, { message: 'at least 16 characters without white space' })
  OPS_TOKEN = DEVELOPMENT_OPS_TOKEN;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { message: 'fatal, error, warn, info, debug, trace or silent' })
  LOG_LEVEL = 'info';

  @IsIn(['true', 'false'], flag)
  WEBHOOK_ALLOW_LOOPBACK = 'false';

  @IsOptional()
  @Validate(AreNetworks)
  SFTP_ALLOWED_NETWORKS?: string;

  @IsOptional()
  @Validate(AreProxies)
  TRUSTED_PROXIES?: string;

  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'the slug of a tenant, as demo' })
  DIRECTORY_TENANT?: string;

  @Validate(IsLimit)
  RATE_LIMIT_ADDRESS = '120000/60';

  @Validate(IsLimit)
  RATE_LIMIT_CLIENT = '60000/60';

  @Validate(IsLimit)
  RATE_LIMIT_SIGN_IN = '120/60';

  @Validate(IsLimit)
  RATE_LIMIT_TOKEN = '600/60';

  @Validate(IsLimit)
  RATE_LIMIT_PASSCODE = '300/300';

  @Validate(IsLimit)
  RATE_LIMIT_PASSWORD_RESET = '60/600';

  @Validate(IsLimit)
  RATE_LIMIT_INVITATION = '200/3600';

  @Validate(IsLimit)
  RATE_LIMIT_EXPORT = '60/600';
}

/** Settings whose values are never shown. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set<keyof Settings>([
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_URL',
  'TALLYSTICK_KEY',
  'OPS_TOKEN',
]);

/** Names of all settings. */
export const SETTING_NAMES: readonly (keyof Settings)[] = [
  ...(Object.keys(new Settings()) as (keyof Settings)[]),
  ...([
    'DATABASE_URL',
    'REDIS_URL',
    'PUBLIC_URL',
    'CONSOLE_URL',
    'SMTP_URL',
    'SFTP_ALLOWED_NETWORKS',
    'TRUSTED_PROXIES',
    'DIRECTORY_TENANT',
  ] as const),
];
