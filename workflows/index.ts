export { claim } from './claim.ts';
export { deferral } from './deferral.ts';
export { yearClose } from './year-close.ts';
