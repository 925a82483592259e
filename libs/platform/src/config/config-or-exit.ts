import { ConfigError, loadConfig, type Config } from './config.js';
import { SECRET_SETTINGS, SETTING_NAMES, Settings } from './settings.js';

/**
 * The configuration of an app, before it listens: a wrong one is reported whole and ends the process with 1;
 * `--check-config` prints what is in force, without secrets, and ends it with 0 (OPS-02).
 */
export function configOrExit(environment = process.env, args: readonly string[] = process.argv): Config {
  try {
    const config = loadConfig(environment);
    if (!args.includes('--check-config')) return config;
    console.log(describeSettings(environment));
    return process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

/** The settings in force, one a line; of a secret only whether it is set. */
export function describeSettings(environment: Readonly<Record<string, string | undefined>>): string {
  const defaults = new Settings();
  const lines = SETTING_NAMES.map((name) => {
    const given = environment[name] || undefined;
    if (SECRET_SETTINGS.has(name)) return `${name}=${given ? '(set)' : '(not set)'}`;
    return `${name}=${given ?? defaults[name] ?? ''}${given ? '' : '  (default)'}`;
  });
  return ['The configuration is right:', ...lines].join('\n');
}
