/** Where workers find programs (wire: upstream's constant). */
export const WORKER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What workers are told of their gateway. */
export interface WorkerSurroundings {
  /** Where workers register, with its scheme: `unix:/path` or `unix:@name`. */
  readonly socketAddress: string;
  /** Directory of the configuration, such as `/etc/yggdrasil`. */
  readonly configDir: string;
  readonly logLevel: string;
  readonly clientId: string;
}

/** The whole environment of a worker (wire): nothing is inherited. Each value has the name of either generation. */
export function workerEnvironment(surroundings: WorkerSurroundings): Readonly<Record<string, string>> {
  const { socketAddress, configDir, logLevel, clientId } = surroundings;
  return {
    PATH: WORKER_PATH,
    YGG_SOCKET_ADDR: socketAddress,
    BASE_CONFIG_DIR: configDir,
    LOG_LEVEL: logLevel,
    DEVICE_ID: clientId,
    YGG_CONFIG_DIR: configDir,
    YGG_LOG_LEVEL: logLevel,
    YGG_CLIENT_ID: clientId,
  };
}
