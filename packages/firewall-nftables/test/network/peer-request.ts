/** A port of a host, as another host addresses it. */
export interface Target {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
}

/** What a peer can be asked. `probe` and `hold` open a connection, `echo` uses one that is held; times in milliseconds. */
export type PeerRequest = { readonly id: number; readonly timeoutMs: number } & (
  | { readonly op: 'listen' | 'probe' | 'hold' | 'flood'; readonly target: Target }
  | { readonly op: 'echo'; readonly connection: number }
);
