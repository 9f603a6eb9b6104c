/** What stands below the options in the help. */
export const HELP_AFTER = `
Flags win over the file, the file over the defaults. Logs go to standard error.

Files (for root; other users have theirs below $XDG_STATE_HOME and $XDG_RUNTIME_DIR):
  /etc/k4e/agent.yaml      settings, each with the name that --check-config prints
  /var/lib/k4e             the last configuration, and what workloads keep in /export
  /run/podman/podman.sock  podman's API: systemctl enable --now podman.socket
  /run/k4e                 of a gateway: its socket, and the pid files of workers

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
