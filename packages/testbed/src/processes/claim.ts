import { createServer } from 'node:net';

/**
 * Takes a name for this process among all processes of its network namespace, until it ends. Resolves with whether it was
 * free. The kernel keeps the claim: it is the name of an abstract socket that nobody speaks to, gone with its process.
 */
export function claim(name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createServer().unref();
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    socket.listen({ path: `\0k4e-testbed/${name}` }, () => {
      resolve(true);
    });
  });
}
