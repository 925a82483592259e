import { Injectable } from '@nestjs/common';
import { isUuid, newId, type TenantContext } from '@tallystick/kernel';
import {
  FILE_TYPES,
  FileBytes,
  FileReceived,
  LARGEST_FILE,
  ReceiveFile,
  type FileRow,
  type FileType,
  type ImportType,
  type RowType,
} from '@tallystick/loyalty';
import {
  FileTooLarge,
  PayloadTooLarge,
  ValidationFailed,
  Writes,
  type SealedAnswer,
  type UploadStream,
  type WriteRequest,
} from '@tallystick/platform';

const LONGEST_NAME = 255;

/** The text fields beside an uploaded file. */
interface Given {
  readonly type: RowType;
  readonly dropId?: string;
  readonly validateOnly: boolean;
}

/** Takes uploads: the bytes go to the store as they come, and are taken off it again when the file is refused. */
@Injectable()
export class FileIntake {
  constructor(
    private readonly bytes: FileBytes,
    private readonly writes: Writes,
    private readonly receiveFile: ReceiveFile,
  ) {}

  /** A file that says its type, or one whose place says it. */
  async take(
    ctx: TenantContext,
    request: WriteRequest,
    upload: UploadStream,
    show: (file: FileRow) => object,
    type?: ImportType,
  ): Promise<SealedAnswer> {
    const id = newId();
    let kept = false;
    try {
      const { taken, fileName, fields } = await upload.receive((file) => this.bytes.take(ctx.tenantId, id, file));
      const [given, name] = [type ? readImport(type, fields) : readFields(fields), readName(fileName)];
      const body = { ...fields, file: taken.received.sha256, name };
      return await this.writes.run(ctx, { ...request, body }, async (tx) => {
        const file = await this.receiveFile.execute(tx, { id, name, ...taken, ...given });
        tx.audit(FileReceived, {
          target: { type: 'file', id },
          after: { name, type: file.type, sha256: file.sha256, validate_only: file.validateOnly },
        });
        kept = true;
        return { status: 201, data: show(file) };
      });
    } catch (error) {
      kept = false;
      throw error instanceof FileTooLarge ? PayloadTooLarge.with({ message: `The file may have at most ${LARGEST_FILE} bytes` }) : error;
    } finally {
      // A repeat under its key is answered by what was kept then.
      if (!kept) await this.bytes.removeInput(ctx.tenantId, id);
    }
  }
}

/** Files of rows that belong somewhere say no more than whether they are a trial. */
function readImport(type: ImportType, { dry_run = 'false' }: Readonly<Record<string, string>>): Given {
  if (dry_run !== 'true' && dry_run !== 'false') throw ValidationFailed.with({ errors: { dry_run: ['Must be true or false.'] } });
  return { type, validateOnly: dry_run === 'true' };
}

function readFields({ type, file_drop_id, validate_only = 'false' }: Readonly<Record<string, string>>): Given {
  const errors: Record<string, string[]> = {};
  if (!(FILE_TYPES as readonly (string | undefined)[]).includes(type)) errors.type = [`Must be one of ${FILE_TYPES.join(', ')}.`];
  if (file_drop_id !== undefined && !isUuid(file_drop_id)) errors.file_drop_id = ['Must be a UUID.'];
  if (validate_only !== 'true' && validate_only !== 'false') errors.validate_only = ['Must be true or false.'];
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  return {
    type: type as FileType,
    validateOnly: validate_only === 'true',
    ...(file_drop_id !== undefined && { dropId: file_drop_id.toLowerCase() }),
  };
}

/** The name under which the caller has the file: a text to tell files apart by, and never a place. */
function readName(given: string): string {
  const name = given.split(/[/\\]/).at(-1)!.trim();
  if (name.length === 0 || name.length > LONGEST_NAME || !/^[^\p{Cc}\p{Cs}]+$/u.test(name))
    throw ValidationFailed.with({ errors: { file: [`Must have a name of 1 to ${LONGEST_NAME} characters.`] } });
  return name;
}
