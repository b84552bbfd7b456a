import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ReconciliationDepth } from '../contract/stuck.ts';
import type { CloseProgress } from '../contract/year-close.ts';
import type { Act } from '../rules/stages.ts';

/** What a claim's workflow is started with: an id only; the record says the rest. */
export type ClaimInput = { claimId: string };

/**
 * Somebody acted on the claim. It carries a copy of the record's immutable row, so it may come twice, late or out of order;
 * a gap in the numbers makes the workflow read the record.
 */
export const acted = defineSignal<[Act]>('acted');

/** Where the workflow believes the claim to be; reconciliation holds it against the record. */
export const standing = defineQuery<{ state: string; appliedSeq: number }>('standing');

export const claimWorkflowId = (claimId: string): string => `claim/${claimId}`;

/** Which years to close, those due by default; how fast, the ordinary pace by default. */
export type YearCloseInput = {
  years?: number[];
  pace?: { pages?: number; people?: number; peoplePerSecond?: number };
};

/** How much to compare, and how fast; the ordinary pace by default. */
export type ReconciliationInput = { depth: ReconciliationDepth; pace?: { pages?: number; pageMs?: number } };

/** How far the years of this run are. */
export const yearCloseProgress = defineQuery<CloseProgress[]>('yearCloseProgress');

export const yearCloseWorkflowId = (year: number): string => `year-close/${year}`;
/** The cases whose workflow is a clock beside the record. */
export const CASE_WORKFLOWS = [
  'complaint',
  'deferral',
  'rectification',
  'sanction',
  'reconsideration',
  'title-order',
] as const;
export type CaseWorkflow = (typeof CASE_WORKFLOWS)[number];

/** What a case's workflow is started with: an id only. */
export type CaseInput = { caseId: string };

/** Something happened to the case: look at the record. */
export const looked = defineSignal('looked');

export const caseWorkflowId = (kind: CaseWorkflow, caseId: string): string => `${kind}/${caseId}`;

/** The workflow's name, as `workflows/index.ts` exports it: title-order → titleOrder. */
export const caseWorkflowType = (kind: CaseWorkflow): string =>
  kind.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
