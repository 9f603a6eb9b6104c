import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { runChecked } from '@k4e/testbed';

/** What stands before an edge API and speaks TLS, as in front of every public one. */
export interface TlsFront {
  readonly port: number;
  /** Its certificate, which nobody else has signed, as PEM. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Starts one on 127.0.0.1 that passes all on to `port` of it. Its certificate is for `address`, and in files of that name. */
export async function startTlsFront(files: string, address: string, port: number): Promise<TlsFront> {
  const [keyFile, certFile] = [`${files}.key`, `${files}.crt`];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '30'];
  const name = ['-subj', '/CN=k4e test', '-addext', `subjectAltName=IP:${address}`];
  await runChecked(['openssl', 'req', ...kind, ...name, '-keyout', keyFile, '-out', certFile]);
  const certificate = await readFile(certFile, 'utf8');
  const server = createServer({ key: await readFile(keyFile), cert: certificate }, (outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.on('close', () => inner.destroy()).on('error', () => inner.destroy());
    inner.on('close', () => outer.destroy()).on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('the front has no port');
  return { port: listening.port, certificate, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
