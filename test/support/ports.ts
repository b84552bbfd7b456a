export { freePort } from '../../bin/lib/ports.ts';
