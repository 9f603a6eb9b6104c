/** What stands below the options in the help. */
export const HELP_AFTER = `
Flags win over the file, the file over the defaults. Logs go to standard error.

Files (for root; other users have theirs below $XDG_STATE_HOME and $XDG_RUNTIME_DIR):
  /etc/k4e/agent.yaml      settings, each with the name that --check-config prints
  /var/lib/k4e             the last configuration, and what workloads keep in /export
  /run/podman/podman.sock  podman's API: systemctl enable --now podman.socket
  /run/k4e/status.json     how the device is, for everybody: \`k4e-agent status\` shows it
  /run/k4e/gateway         of a gateway: its socket, and the pid files of workers

Signals:
  SIGTERM, SIGINT, SIGHUP  stop; workloads go on. A second one ends the program at once

Exit status:
  0  stopped, or let go by the control plane
  1  failed; worth another try
  2  flags or configuration are wrong
  3  not configured yet: nothing says where the operator is

Example:
  k4e-agent --control-plane http://k4e.example:8888 --device-id edge-1
`;

/** What stands below that in the help of the program that has commands. */
export const HELP_OF_COMMANDS = `
Commands:
  k4e-agent status         prints how the agent of this device fares; see k4e-agent status --help
`;

/** What stands below the options in the help of `k4e-agent status`. */
export const HELP_AFTER_STATUS = `
What it prints the agent has written to /run/k4e/status.json, which everybody may read; it asks nobody else but
systemd, and that only when no agent runs.

Exit status:
  0  the agent runs
  1  its status cannot be read
  2  flags are wrong
  4  no agent runs: not configured, stopped or failed, which is printed
`;
