import { join } from 'node:path';

import { runChecked } from '../processes/index.ts';

/** Paths of PEM files: an authority, and two that it vouches for. */
export interface Certificates {
  readonly ca: string;
  /** Of a server at 127.0.0.1 or localhost. */
  readonly server: CertificatePaths;
  readonly client: CertificatePaths;
}

interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];

/** Makes an authority of its own and what it vouches for, in `directory`. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const at = (name: string): CertificatePaths => ({
    cert: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  const [authority, server, client] = [at('ca'), at('server'), at('client')];
  const vouched = ['-CA', authority.cert, '-CAkey', authority.key, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await make(authority, 'k4e test authority', []);
  await make(server, 'k4e test broker', [...vouched, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']);
  await make(client, 'k4e test device', vouched);
  return { ca: authority.cert, server, client };
}

async function make({ cert, key }: CertificatePaths, name: string, how: readonly string[]): Promise<void> {
  const files = ['-keyout', key, '-out', cert];
  await runChecked(['openssl', 'req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, ...files, ...how]);
}
