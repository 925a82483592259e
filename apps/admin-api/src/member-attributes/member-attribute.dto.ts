import {
  ATTRIBUTE_TYPES,
  type AttributeChanges,
  type AttributeDefinition,
  type AttributeType,
  type NewAttribute,
} from '@tallystick/loyalty';
import { Choice, Flag, Text, Words } from '@tallystick/platform';

const CODE = { max: 64, pattern: /^[A-Za-z][A-Za-z0-9_]{0,63}$/, hint: 'Must begin with a letter, and go on with letters, digits and _.' };
const MOST_OPTIONS = 100;

export class UpdateMemberAttributeDto {
  @Text({ optional: true, max: 200, example: 'Segment' })
  name?: string;

  @Choice(ATTRIBUTE_TYPES, { optional: true, description: 'Stays once members have values.', example: 'selection' })
  data_type?: AttributeType;

  @Words({
    optional: true,
    min: 1,
    max: MOST_OPTIONS,
    description: 'Of a selection; none goes once members have values.',
    example: ['gold', 'silver'],
  })
  options?: string[];

  @Flag({ optional: true, description: 'At most one member has a value. It does not become so once members have values.', example: false })
  unique?: boolean;

  @Flag({ optional: true, description: 'No member is created without it.', example: false })
  mandatory?: boolean;

  @Flag({
    optional: true,
    description: 'Says something about the person: sealed, and no rule sees it. True when left out; stays once members have values.',
    example: false,
  })
  personal?: boolean;

  @Text({ optional: true, max: 64, description: 'The column that carries it in files; upper and lower case differ.', example: 'Segment' })
  file_key?: string;

  static toChanges(dto: UpdateMemberAttributeDto): AttributeChanges {
    const { name, data_type: dataType, options, unique, mandatory, personal, file_key: fileKey } = dto;
    return { name, dataType, options, unique, mandatory, personal, fileKey };
  }
}

export class CreateMemberAttributeDto extends UpdateMemberAttributeDto {
  @Text({ ...CODE, description: 'Under which members carry it; it stays.', example: 'segment' })
  code: string;

  @Choice(ATTRIBUTE_TYPES, { example: 'selection' })
  declare data_type: AttributeType;

  static toInput(dto: CreateMemberAttributeDto): NewAttribute {
    return {
      code: dto.code,
      name: dto.name ?? dto.code,
      dataType: dto.data_type,
      options: dto.options ?? null,
      unique: dto.unique ?? false,
      mandatory: dto.mandatory ?? false,
      personal: dto.personal ?? true,
      fileKey: dto.file_key ?? dto.code,
    };
  }
}

/** What a tenant keeps of its members besides the profile. */
export class MemberAttributeDto {
  @Text({ max: 64, example: 'segment' })
  code: string;

  @Text({ max: 200, example: 'Segment' })
  name: string;

  @Choice(ATTRIBUTE_TYPES, { example: 'selection' })
  data_type: string;

  @Words({ nullable: true, max: MOST_OPTIONS, example: ['gold', 'silver'] })
  options: readonly string[] | null;

  @Flag({ example: false })
  unique: boolean;

  @Flag({ example: false })
  mandatory: boolean;

  @Flag({ example: false })
  personal: boolean;

  @Text({ max: 64, example: 'Segment' })
  file_key: string;

  @Flag({ description: 'Some member has had a value.', example: true })
  in_use: boolean;

  static from({ code, name, dataType, options, unique, mandatory, personal, fileKey, inUse }: AttributeDefinition): MemberAttributeDto {
    return { code, name, data_type: dataType, options, unique, mandatory, personal, file_key: fileKey, in_use: inUse };
  }
}
