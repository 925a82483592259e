export const ATTRIBUTE_TYPES = ['string', 'date', 'number', 'selection'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** What a tenant keeps of its members besides the profile. */
export interface AttributeDefinition {
  /** Under which the API carries the value; it stays as it was made. */
  readonly code: string;
  readonly name: string;
  readonly dataType: AttributeType;
  /** What can be chosen; null for every other type. */
  readonly options: readonly string[] | null;
  /** At most one member has a value, and is found by it. */
  readonly unique: boolean;
  readonly mandatory: boolean;
  /** Says something about the person: sealed with the member's key, and no rule sees it. */
  readonly personal: boolean;
  /** The column that carries it in files; upper and lower case differ. */
  readonly fileKey: string;
  /** Some member has had a value. */
  readonly inUse: boolean;
}

/** A row of `attribute_definition` as the driver gives it. */
export interface AttributeRow {
  code: string;
  name: string;
  data_type: AttributeType;
  options: string[] | null;
  is_unique: boolean;
  is_mandatory: boolean;
  is_personal: boolean;
  file_key: string;
  in_use: boolean;
}

export const ATTRIBUTE_COLUMNS = 'code, name, data_type, options, is_unique, is_mandatory, is_personal, file_key, in_use';

export const readDefinition = (row: AttributeRow): AttributeDefinition => ({
  code: row.code,
  name: row.name,
  dataType: row.data_type,
  options: row.options,
  unique: row.is_unique,
  mandatory: row.is_mandatory,
  personal: row.is_personal,
  fileKey: row.file_key,
  inUse: row.in_use,
});
