import type { ClaimLife } from './life.ts';
import type { Row, Rows } from './rows.ts';
export function writeLedger(
  _rows: Rows,
  _lives: readonly ClaimLife[],
  _completions: readonly Row<'platform_completion'>[],
): void {}
