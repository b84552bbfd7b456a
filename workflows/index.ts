export { claim } from './claim.ts';
export { deferral } from './deferral.ts';
export { ledgerCheck } from './ledger-check.ts';
export { reconsideration } from './reconsideration.ts';
export { rectification } from './rectification.ts';
export { sanction } from './sanction.ts';
export { titleOrder } from './title-order.ts';
export { yearClose } from './year-close.ts';
