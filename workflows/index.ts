export { claim } from './claim.ts';
export { yearClose } from './year-close.ts';
