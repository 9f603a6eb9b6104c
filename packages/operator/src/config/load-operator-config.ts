import { K4eError, errorText, isRecord } from '@k4e/core';
import type { z } from 'zod';
import { LineCounter, parseDocument } from 'yaml';
import { operatorConfigSchema } from './operator-config.ts';
import type { OperatorConfig } from './operator-config.ts';
import { SETTINGS } from './settings.ts';
import type { Setting } from './settings.ts';

/** Everything that an operator is told, as it was found. Flags win over the environment, and that over the file. */
export interface ConfigSources {
  /** The text of the configuration file (YAML), and its name for errors. */
  readonly file?: { readonly name: string; readonly text: string };
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values of flags by their names, such as `http-port`. A switch is `true`. */
  readonly flags?: Readonly<Record<string, string | boolean | undefined>>;
}

/** Most problems that an error names. */
const MAX_NAMED_PROBLEMS = 10;

type Tree = Record<string, unknown>;

/**
 * The configuration out of its sources, complete and valid. Throws `CONFIG_INVALID` that names each key that is wrong or
 * not known, and the flag or variable it came from.
 */
export function loadOperatorConfig(sources: ConfigSources = {}): OperatorConfig {
  const tree = sources.file === undefined ? {} : parseFile(sources.file);
  const origins = new Map<string, string>();
  const { env = {}, flags = {} } = sources;
  for (const setting of SETTINGS) {
    const text = setting.env === undefined ? undefined : env[setting.env];
    if (text !== undefined && text !== '' && !setting.ignored?.includes(text))
      place(tree, setting, text, origins, setting.env ?? '');
  }
  for (const setting of SETTINGS) {
    const value = flags[setting.flag];
    if (value !== undefined) place(tree, setting, String(value), origins, `--${setting.flag}`);
  }
  const result = operatorConfigSchema.safeParse(inferStore(tree), { reportInput: true });
  if (!result.success) throw invalid(result.error.issues.flatMap((issue) => problemsOf(issue, origins)));
  return withKubeconfigOf(env, result.data);
}

function parseFile({ name, text }: { readonly name: string; readonly text: string }): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw invalid([`line ${String(lines.linePos(error.pos[0]).line)}: ${error.message}`], name);
  const content: unknown = readAliases(document, name);
  if (content === null || content === undefined) return {};
  if (!isRecord(content)) throw invalid(['must be a mapping of keys to values'], name);
  return content;
}

function readAliases(document: { toJS(): unknown }, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid([errorText(error)], name);
  }
}

function place(tree: Tree, setting: Setting, text: string, origins: Map<string, string>, origin: string): void {
  const keys = setting.path.split('.');
  const last = keys.pop() ?? '';
  let branch = tree;
  for (const key of keys) {
    const next = branch[key];
    const child: Tree = isRecord(next) ? next : {};
    branch[key] = child;
    branch = child;
  }
  const value = setting.read?.(text) ?? text;
  if (setting.path === 'store.type' && value !== branch.type) tree.store = { type: value };
  else branch[last] = value;
  origins.set(setting.path, origin);
}

/** A file for the embedded store says which store is meant. */
function inferStore(tree: Tree): Tree {
  const { store } = tree;
  if (!isRecord(store) || store.type !== undefined) return tree;
  return { ...tree, store: { type: 'file' in store ? 'embedded' : 'kubernetes', ...store } };
}

function problemsOf(issue: z.core.$ZodIssue, origins: ReadonlyMap<string, string>): string[] {
  const path = issue.path.map(String).join('.');
  const prefix = path === '' ? '' : `${path}.`;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${prefix}${key}: this key is not known`);
  const origin = origins.get(path);
  const flag = SETTINGS.find((setting) => setting.path === path)?.flag;
  if (issue.code === 'invalid_type' && issue.input === undefined && flag !== undefined) {
    return [`${path}: is missing; say it with --${flag}`];
  }
  return [`${path}${origin === undefined ? '' : ` (${origin})`}: ${issue.message}`];
}

function invalid(problems: readonly string[], subject = 'configuration'): K4eError {
  const rest = problems.length - MAX_NAMED_PROBLEMS;
  const named = problems.slice(0, MAX_NAMED_PROBLEMS).join('; ');
  const message = rest > 0 ? `${named}; and ${String(rest)} more` : named;
  return new K4eError('CONFIG_INVALID', { subject, message, retry: 'never' });
}

/** `KUBECONFIG` counts where Kubernetes is the store and nothing else says how to reach it. */
function withKubeconfigOf(env: Readonly<Record<string, string | undefined>>, config: OperatorConfig): OperatorConfig {
  const { store } = config;
  const { KUBECONFIG: kubeconfig = '' } = env;
  if (store.type !== 'kubernetes' || store.kubeconfig !== undefined || kubeconfig === '') return config;
  return { ...config, store: { ...store, kubeconfig } };
}
