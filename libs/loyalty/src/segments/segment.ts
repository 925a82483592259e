import type { Condition } from './condition.js';

/** A group of members, kept current by the worker. */
export interface Segment {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly definition: Condition;
  /** Members when it was last computed. */
  readonly members: number;
  /** Null until it is computed for the first time. */
  readonly computedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SegmentRow {
  id: string;
  code: string;
  name: string;
  description: string | null;
  definition: Condition;
  member_count: number;
  computed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** Reads a segment from its row. */
export const readSegment = (row: SegmentRow): Segment => ({
  id: row.id,
  code: row.code,
  name: row.name,
  description: row.description,
  definition: row.definition,
  members: row.member_count,
  computedAt: row.computed_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
