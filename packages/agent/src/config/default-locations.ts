import { join } from 'node:path';

/** Where the configuration file is unless the user names one. */
export const DEFAULT_CONFIG_FILE = '/etc/k4e/agent.yaml';

/** Who runs the agent, and what of the environment says where things of that user are. */
export interface AgentUser {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Places that depend on who runs the agent. */
export interface DefaultLocations {
  readonly stateDir: string;
  readonly podmanSocket: string;
  /** For sockets and pid files of a gateway, which are nobody else's. */
  readonly gatewayRunDir: string;
  /** How the device is, for everybody. */
  readonly statusFile: string;
}

/** Where workers of gateways are (wire: as yggdrasil is packaged). */
export const DEFAULT_WORKERS_DIR = '/usr/libexec/yggdrasil';

/** Where the owner of a machine writes what it is called (wire: as yggdrasil is packaged). */
export const DEFAULT_TAGS_FILE = '/etc/yggdrasil/tags.toml';

const SYSTEM_RUN_DIR = '/run/k4e';

/** The system's places for root, the user's own for anybody else (XDG base directories). */
export function defaultLocations({ uid, env }: AgentUser): DefaultLocations {
  if (uid === 0) {
    return { stateDir: '/var/lib/k4e', podmanSocket: '/run/podman/podman.sock', ...placesIn(SYSTEM_RUN_DIR) };
  }
  const runtimeDir = env.XDG_RUNTIME_DIR ?? `/run/user/${uid}`;
  const stateHome = env.XDG_STATE_HOME ?? join(env.HOME ?? '/', '.local', 'state');
  return {
    stateDir: join(stateHome, 'k4e'),
    podmanSocket: join(runtimeDir, 'podman', 'podman.sock'),
    ...placesIn(join(runtimeDir, 'k4e')),
  };
}

/** Where everybody looks for the status of the machine's own agent. */
export const SYSTEM_STATUS_FILE = placesIn(SYSTEM_RUN_DIR).statusFile;

function placesIn(runDir: string): Pick<DefaultLocations, 'gatewayRunDir' | 'statusFile'> {
  return { gatewayRunDir: join(runDir, 'gateway'), statusFile: join(runDir, 'status.json') };
}
