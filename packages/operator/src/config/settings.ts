/** Where a setting's value was found, for an error that names it. */
export interface SettingSource {
  readonly flag: string;
  readonly env?: string;
}

/** A setting that can be given without a file: as a flag, and some as an environment variable. */
export interface Setting extends SettingSource {
  /** Where its value goes in the configuration, with dots. */
  readonly path: string;
  /** How the flag shows its value in the help; without, the flag is a switch. */
  readonly value?: string;
  readonly help: string;
  /** Texts that say nothing: what another source says stays. */
  readonly ignored?: readonly string[];
  /** Turns the text into what the configuration holds; text that is no such thing is left to its validation. */
  readonly read?: (text: string) => unknown;
}

const integer = (text: string): unknown => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);
const boolean = (text: string): unknown =>
  text === 'true' || text === '1' ? true : /^(false|0)$/.test(text) ? false : text;
const port = (text: string): unknown => `:${text}`;
const claimIf = (text: string): unknown => (boolean(text) === true ? 'claim' : text);

/**
 * All of them, in the order of the help. The names of the variables are upstream's where it has one. Of two that go to the
 * same place, the later one wins.
 */
export const SETTINGS: readonly Setting[] = [
  {
    path: 'store.type',
    flag: 'store',
    value: 'kubernetes|embedded',
    help: 'where the resources are (default: kubernetes)',
  },
  { path: 'store.kubeconfig', flag: 'kubeconfig', value: 'file', help: 'reach Kubernetes by this file' },
  { path: 'store.context', flag: 'context', value: 'name', help: 'context of the kubeconfig' },
  { path: 'store.file', flag: 'data-file', value: 'file', help: 'database of the embedded store' },
  {
    path: 'edgeApi.address',
    flag: 'http-port',
    env: 'HTTP_PORT',
    value: 'port',
    help: 'port of the edge API, on all addresses (default: 8888)',
    read: port,
  },
  { path: 'edgeApi.address', flag: 'edge-address', value: 'host:port', help: 'address of the edge API' },
  {
    path: 'ops.metricsAddress',
    flag: 'metrics-addr',
    env: 'METRICS_ADDR',
    value: 'host:port',
    help: 'address of /metrics (default: :8080)',
  },
  {
    path: 'ops.probeAddress',
    flag: 'probe-addr',
    env: 'PROBE_ADDR',
    value: 'host:port',
    help: 'address of /healthz and /readyz (default: as metrics)',
  },
  {
    path: 'leaderElection.enabled',
    flag: 'leader-elect',
    env: 'LEADER_ELECT',
    help: 'let one of several replicas reconcile',
    read: boolean,
  },
  {
    path: 'operatorNamespace',
    flag: 'operator-namespace',
    env: 'POD_NAMESPACE',
    value: 'name',
    help: 'namespace where replicas meet (default: k4e-operator-system)',
  },
  {
    path: 'replicaId',
    flag: 'replica-id',
    env: 'POD_NAME',
    value: 'name',
    help: 'unique name of this replica (default: made from the host name)',
  },
  { path: 'deviceNamespace', flag: 'device-namespace', value: 'name', help: 'namespace of devices (default: default)' },
  {
    path: 'gracePeriodSeconds',
    flag: 'grace-period-seconds',
    value: 'n',
    help: 'how long a deletion waits for a silent device (default: 120)',
    read: integer,
  },
  {
    path: 'workers',
    flag: 'workers',
    env: 'MAX_CONCURRENT_RECONCILES',
    value: 'n',
    help: 'devices and deployments worked on at once',
    read: integer,
  },
  {
    path: 'storage.default',
    flag: 'obc-auto-create',
    env: 'OBC_AUTO_CREATE',
    help: 'the same as --storage claim',
    ignored: ['false', '0'],
    read: claimIf,
  },
  {
    path: 'storage.default',
    flag: 'storage',
    value: 'none|claim|direct',
    help: 'where devices have their buckets from, unless they say (default: none)',
  },
  {
    path: 'storage.reclaimPolicy',
    flag: 'storage-reclaim-policy',
    value: 'Retain|Delete',
    help: 'what becomes of the bucket of a device that is deleted (default: Retain)',
  },
  {
    path: 'storage.claim.storageClassName',
    flag: 'storage-claim-class',
    value: 'name',
    help: 'storage class of the claims of devices (default: openshift-storage.noobaa.io)',
  },
  { path: 'storage.direct.endpoint', flag: 's3-endpoint', value: 'url', help: 'make buckets on this S3 endpoint' },
  {
    path: 'storage.direct.publicEndpoint',
    flag: 's3-public-endpoint',
    value: 'url',
    help: 'where devices reach it (default: there, too)',
  },
  { path: 'storage.direct.region', flag: 's3-region', value: 'name', help: 'its region (default: us-east-1)' },
  {
    path: 'storage.direct.credentialsDirectory',
    flag: 's3-credentials-dir',
    value: 'directory',
    help: 'files AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for it',
  },
  { path: 'storage.direct.caFile', flag: 's3-ca-file', value: 'file', help: 'certificates to trust it by' },
  {
    path: 'storage.direct.sessionDurationSeconds',
    flag: 's3-session-seconds',
    value: 'n',
    help: 'life of the credentials of a device (default: 43200)',
    read: integer,
  },
  { path: 'storage.direct.roleArn', flag: 's3-role-arn', value: 'arn', help: 'role that they are of (MinIO: none)' },
  {
    path: 'storage.claimProvisioner.enabled',
    flag: 'claim-provisioner',
    help: 'serve ObjectBucketClaims on that S3 endpoint',
    read: boolean,
  },
  {
    path: 'storage.claimProvisioner.storageClassName',
    flag: 'claim-provisioner-class',
    value: 'name',
    help: 'storage class of the claims to serve (default: k4e-s3)',
  },
  {
    path: 'log.level',
    flag: 'log-level',
    env: 'LOG_LEVEL',
    value: 'debug|info|warn|error|silent',
    help: 'which lines are logged (default: info)',
  },
  {
    path: 'log.format',
    flag: 'log-format',
    value: 'json|text',
    help: 'lines for machines or for people (default: json)',
  },
];
