import {
  BNS_FIELDS,
  CPD_FIELDS,
  CRD_FIELDS,
  DEFAULT_FORMAT,
  readColumns,
  TXN_FIELDS,
  type DropSecret,
  type DropType,
  type DropTrial,
  type FileDrop,
  type FileDropSettings,
  type FileFormat,
} from '@tallystick/loyalty';
import { SETTLEMENT_FIELDS } from '@tallystick/offers';
import { Choice, Flag, FreeForm, Integer, Moment, Nested, Text, Uuid, ValidationFailed, Words } from '@tallystick/platform';

const NAME = { max: 100, example: 'Core banking' };
const HOST = {
  max: 253,
  pattern: /^[A-Za-z0-9.:-]+$/,
  hint: 'Must be a host name or an address.',
  description: 'A public address, unless the installation allows the network.',
  example: 'sftp.bank.example',
};
const PORT = { min: 1, max: 65_535, description: '22, or 1024 and above.', example: 22 };
const USERNAME = { max: 100, pattern: /^[^\s:]+$/, hint: 'Must be a user name without spaces.', example: 'loyalty' };
const PASSWORD = {
  max: 1_000,
  description: 'Either this or `private_key`. Kept sealed, never shown.',
  example: 'correct horse battery staple',
};
const PRIVATE_KEY = {
  max: 16_000,
  description: 'In OpenSSH or PEM form. Kept sealed, never shown.',
  example: '-----BEGIN OPENSSH PRIVATE KEY-----',
};
const HOST_KEY = {
  pattern: /^SHA256:[A-Za-z0-9+/]{43}$/,
  max: 50,
  hint: 'Must be the SHA-256 of the host key, as `ssh-keygen -lf` prints it.',
  description: 'The one key that the server may show. When it shows another, nothing is sent to it and the drop is stopped.',
  example: 'SHA256:RsXrN0fyKcYQ9vYlc1Z0Uq0j4pW0m3N5h1o7g2b8k9E',
};
const BASE_FOLDER = {
  max: 500,

  pattern: /^\/(?!.*(^|\/)\.\.(\/|$))[^\u0000-\u001f\u007f\\]*$/,
  hint: 'Must be an absolute path.',
  description: 'Files are taken from `upload/TXN`, `CPD`, `BNS`, `CRD` and `STL` below it; what became of them comes back to `result`.',
  example: '/loyalty',
};
const POLL_SECONDS = { min: 10, max: 86_400, description: 'How often we look.', example: 60 };

/** How a tenant writes its files. */
export class FileFormatDto {
  @Choice(['comma', 'pipe'], { optional: true, description: '`comma` when left out.', example: 'pipe' })
  delimiter?: 'comma' | 'pipe';

  @Choice(['point', 'comma'], {
    optional: true,
    description: 'What stands before the decimals; the other one groups digits: `1,00,000.50` or `1.234,56`. `point` when left out.',
    example: 'point',
  })
  decimals?: 'point' | 'comma';

  @Choice(['iso', 'day_first', 'month_first'], {
    optional: true,
    description:
      "`2026-03-31`, `31/03/2026` or `03/31/2026`, with or without a time; in the tenant's zone where there is no offset. `iso` when left out.",
    example: 'day_first',
  })
  dates?: 'iso' | 'day_first' | 'month_first';

  @Choice(['refuse', 'ignore'], {
    optional: true,
    description: 'What to do about columns that nothing knows. `refuse` when left out.',
    example: 'refuse',
  })
  extra_columns?: 'refuse' | 'ignore';

  @Text({
    optional: true,
    nullable: true,
    max: 50,
    description: 'The first cell of the last line, which then says how many rows are before it; a file without it is refused.',
    example: 'TRAILER',
  })
  trailer?: string | null;

  @FreeForm({
    optional: true,
    description: 'What columns are called, by type and field, where not by our names.',
    example: { TXN: { id: 'TXN_ID', amount: 'AMT' } },
  })
  columns?: Record<string, unknown>;

  /** What is left out stays as in `before`. Throws `validation_error` for a column of a field that is not there. */
  static read(dto: FileFormatDto, before: FileFormat): FileFormat {
    const { columns, ...rest } = dto;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return { ...before, ...given, ...(columns && { columns: readColumns(columns, KNOWN_FIELDS) }) };
  }
}

const names = (fields: readonly { readonly name: string }[]): string[] => fields.map(({ name }) => name);
const KNOWN_FIELDS: Readonly<Record<DropType, readonly string[]>> = {
  TXN: names(TXN_FIELDS),
  BNS: names(BNS_FIELDS),
  CPD: names(CPD_FIELDS),
  CRD: names(CRD_FIELDS),
  STL: names(SETTLEMENT_FIELDS),
};

class SecretDto {
  @Text({ ...PASSWORD, optional: true })
  password?: string;

  @Text({ ...PRIVATE_KEY, optional: true })
  private_key?: string;

  @Text({ optional: true, max: 1_000, description: 'Opens the private key.', example: 'open sesame' })
  passphrase?: string;

  /** What signs in. Throws `validation_error` for a password beside a key. */
  static readSecret({ password, private_key: privateKey, passphrase }: SecretDto): DropSecret | undefined {
    if (password !== undefined && privateKey !== undefined)
      throw ValidationFailed.with({ errors: { password: ['Give either a password or a private key.'] } });
    if (passphrase !== undefined && privateKey === undefined)
      throw ValidationFailed.with({ errors: { passphrase: ['Give it with its private key.'] } });
    if (privateKey !== undefined) return { privateKey, ...(passphrase !== undefined && { passphrase }) };
    return password === undefined ? undefined : { password };
  }
}

export class CreateFileDropDto extends SecretDto {
  @Text(NAME)
  name: string;

  @Text(HOST)
  host: string;

  @Integer({ ...PORT, optional: true })
  port?: number;

  @Text(USERNAME)
  username: string;

  @Text({ ...HOST_KEY, optional: true })
  host_key?: string;

  @Text(BASE_FOLDER)
  base_folder: string;

  @Uuid({ optional: true, description: "Whose points; the tenant's default program when left out." })
  program_id?: string;

  @Nested(() => FileFormatDto, { optional: true })
  format?: FileFormatDto;

  @Integer({ ...POLL_SECONDS, optional: true })
  poll_seconds?: number;

  @Flag({ optional: true, description: 'Whether files are fetched; needs a host key. False when left out.', example: false })
  enabled?: boolean;

  static read(dto: CreateFileDropDto): { settings: FileDropSettings; secret: DropSecret } {
    const secret = SecretDto.readSecret(dto);
    if (!secret) throw ValidationFailed.with({ errors: { password: ['Give a password or a private key.'] } });
    const settings = {
      name: dto.name,
      host: dto.host,
      port: dto.port ?? 22,
      username: dto.username,
      hostKey: dto.host_key ?? null,
      baseFolder: dto.base_folder,
      programId: dto.program_id ?? null,
      format: FileFormatDto.read(dto.format ?? {}, DEFAULT_FORMAT),
      pollSeconds: dto.poll_seconds ?? 60,
      enabled: dto.enabled ?? false,
    };
    return { settings, secret };
  }
}

export class UpdateFileDropDto extends SecretDto {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Text({ ...HOST, optional: true })
  host?: string;

  @Integer({ ...PORT, optional: true })
  port?: number;

  @Text({ ...USERNAME, optional: true })
  username?: string;

  @Text({ ...HOST_KEY, optional: true })
  host_key?: string;

  @Text({ ...BASE_FOLDER, optional: true })
  base_folder?: string;

  @Uuid({ optional: true, nullable: true, description: "Whose points; null for the tenant's default program." })
  program_id?: string | null;

  @Nested(() => FileFormatDto, { optional: true, description: 'What is left out of it stays.' })
  format?: FileFormatDto;

  @Integer({ ...POLL_SECONDS, optional: true })
  poll_seconds?: number;

  @Flag({ optional: true, description: 'True fetches files again, also after a drop was stopped.', example: true })
  enabled?: boolean;

  static read(dto: UpdateFileDropDto, before: FileDrop): { changes: Partial<FileDropSettings>; secret: DropSecret | undefined } {
    const changes = {
      name: dto.name,
      host: dto.host,
      port: dto.port,
      username: dto.username,
      hostKey: dto.host_key,
      baseFolder: dto.base_folder,
      programId: dto.program_id,
      format: dto.format && FileFormatDto.read(dto.format, before.format),
      pollSeconds: dto.poll_seconds,
      enabled: dto.enabled,
    };
    return { changes, secret: SecretDto.readSecret(dto) };
  }
}

/** How a tenant's files are written, all of it. */
class FullFileFormatDto {
  @Choice(['comma', 'pipe'], { example: 'comma' })
  delimiter: string;

  @Choice(['point', 'comma'], { example: 'point' })
  decimals: string;

  @Choice(['iso', 'day_first', 'month_first'], { example: 'iso' })
  dates: string;

  @Choice(['refuse', 'ignore'], { example: 'refuse' })
  extra_columns: string;

  @Text({ nullable: true, max: 50, example: null })
  trailer: string | null;

  @FreeForm({ example: { TXN: { id: 'TXN_ID', amount: 'AMT' } } })
  columns: object;
}

/** An SFTP server on which a tenant leaves files for us. */
export class FileDropDto {
  @Uuid()
  id: string;

  @Text(NAME)
  name: string;

  @Text(HOST)
  host: string;

  @Integer(PORT)
  port: number;

  @Text(USERNAME)
  username: string;

  @Choice(['password', 'private_key'], { description: 'How we sign in.', example: 'private_key' })
  sign_in: string;

  @Text({ ...HOST_KEY, nullable: true })
  host_key: string | null;

  @Text(BASE_FOLDER)
  base_folder: string;

  @Uuid({ nullable: true })
  program_id: string | null;

  @Nested(() => FullFileFormatDto)
  format: FileFormat;

  @Integer(POLL_SECONDS)
  poll_seconds: number;

  @Flag({ description: 'Whether files are fetched.', example: true })
  enabled: boolean;

  @Text({ nullable: true, max: 1_000, description: 'What went wrong at the last poll.', example: null })
  problem: string | null;

  @Moment({ nullable: true, description: 'Since when polls have gone wrong.' })
  problem_since: string | null;

  @Moment({ nullable: true })
  last_polled_at: string | null;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(drop: FileDrop): FileDropDto {
    return {
      id: drop.id,
      name: drop.name,
      host: drop.host,
      port: drop.port,
      username: drop.username,
      sign_in: drop.signIn,
      host_key: drop.hostKey,
      base_folder: drop.baseFolder,
      program_id: drop.programId,
      format: drop.format,
      poll_seconds: drop.pollSeconds,
      enabled: drop.enabled,
      problem: drop.problem,
      problem_since: drop.problemSince?.toISOString() ?? null,
      last_polled_at: drop.lastPolledAt?.toISOString() ?? null,
      created_at: drop.createdAt.toISOString(),
      updated_at: drop.updatedAt.toISOString(),
    };
  }
}

/** What a trial of a drop found. */
export class FileDropTrialDto {
  @Text({ ...HOST_KEY, nullable: true, description: 'The host key that the server shows.' })
  host_key: string | null;

  @Flag({ nullable: true, description: 'Whether it is the one that the drop names; null when it names none.', example: true })
  host_key_matches: boolean | null;

  @Flag({ nullable: true, description: 'Whether the server lets us in; null when that was not tried.', example: true })
  signed_in: boolean | null;

  @Words({ max: 5, description: 'The upload folders that are there.', example: ['upload/TXN', 'upload/CPD'] })
  folders: readonly string[];

  @Text({ nullable: true, max: 1_000, description: 'What is in the way; null when all is well.', example: null })
  problem: string | null;

  static from({ hostKey, hostKeyMatches, signedIn, folders, problem }: DropTrial): FileDropTrialDto {
    return { host_key: hostKey, host_key_matches: hostKeyMatches, signed_in: signedIn, folders, problem };
  }
}
