import { BACKUP_USAGE, runBackup } from './lib/book/backup.ts';
import { runScript } from './lib/cli.ts';

await runScript(BACKUP_USAGE, runBackup);
