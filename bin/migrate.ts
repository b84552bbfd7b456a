import { migrate } from '../db/migrate.ts';
import { readConfig } from './config.ts';

const ran = await migrate(readConfig(process.env, ['DATABASE_URL']).DATABASE_URL);
console.log(ran.length ? `migrated: ${ran.join(', ')}` : 'the database is up to date');
