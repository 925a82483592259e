import { ATTRIBUTE_TYPES, type AttributeDefinition } from '@tallystick/loyalty';
import { Choice, field, Flag, Text } from '@tallystick/platform';

/** What a tenant keeps of its members besides the profile. */
export class LoyalifeAttributeDefinitionDto {
  @Text({ max: 200, example: 'Employee code' }) Name: string;
  @Text({ max: 100, description: 'The name of the field in calls.', example: 'employee_code' }) ApiKey: string;
  @Text({ max: 100, description: 'The name of the column in files.', example: 'EMP_CODE' }) FileKey: string;
  @Choice(ATTRIBUTE_TYPES, { example: 'string' }) DataType: string;
  @field(
    {
      name: 'options',
      schema: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
      check: () => true,
      message: '',
    },
    { description: 'What can be chosen, of a selection.', example: null },
  )
  Options: readonly string[] | null;
  @Flag({ description: 'At most one member has a value, and is found by it.', example: true }) IsUnique: boolean;
  @Flag({ example: false }) IsMandatory: boolean;
  @Flag({ description: 'Says something about the person.', example: true }) IsPersonal: boolean;
}

export const showDefinition = ({ name, code, fileKey, dataType, options, unique, mandatory, personal }: AttributeDefinition) => ({
  Name: name,
  ApiKey: code,
  FileKey: fileKey,
  DataType: dataType,
  Options: options,
  IsUnique: unique,
  IsMandatory: mandatory,
  IsPersonal: personal,
});
