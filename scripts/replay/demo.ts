import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm start` leaves in `demo.json` for those who try the demo. */
export interface Demo {
  readonly public_api_url?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly currency?: string;
}

/** The demo that runs here, or nothing where none was started. */
export function readDemo(dataDir: string): Demo {
  try {
    return (JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) ?? {}) as Demo;
  } catch {
    return {};
  }
}
