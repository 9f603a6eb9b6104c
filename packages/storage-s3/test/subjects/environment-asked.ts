/** What of the environment may be read: nothing that decides where requests go, as whom, or how. */
const HARMLESS = new Set([
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  // The default of a time-out that is set.
  'AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026',
]);

/** Names of variables for AWS's tools, and of home directories with their profiles, that are read while `work` runs. */
export async function environmentAsked(work: () => Promise<void>): Promise<readonly string[]> {
  const real = process.env;
  const asked = new Set<string>();
  process.env = new Proxy(real, {
    get: (env, name) => {
      asked.add(String(name));
      return typeof name === 'string' ? env[name] : undefined;
    },
  });
  try {
    await work();
  } finally {
    process.env = real;
  }
  return [...asked].filter((name) => /^AWS|^_X_AMZN|^HOME|^USERPROFILE/.test(name) && !HARMLESS.has(name));
}
