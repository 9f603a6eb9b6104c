/** What is in the image besides busybox: the programs that a pod of a test may run, and the page that it serves. */
export const IMAGE_FILES: readonly ImageFile[] = [
  {
    path: 'bin/web',
    mode: 0o755,
    // busybox's httpd ignores SIGTERM when it is process 1: the shell takes it, and its end ends all.
    text: `#!/bin/sh
trap 'exit 0' TERM INT
httpd -f -p "\${1:-8080}" -h /www &
wait
`,
  },
  {
    path: 'bin/crash',
    mode: 0o755,
    text: `#!/bin/sh
trap 'exit 0' TERM INT
echo "crashing as I was told" >&2
sleep "\${1:-0.5}" &
wait
exit 1
`,
  },
  {
    path: 'bin/stubborn',
    mode: 0o755,
    text: `#!/bin/sh
trap '' TERM INT
while true; do sleep 1; done
`,
  },
  {
    path: 'www/index.html',
    mode: 0o644,
    text: `<!doctype html>
<title>k4e</title>
<h1>hello from the edge</h1>
`,
  },
  {
    path: 'www/cgi-bin/env',
    mode: 0o755,
    text: `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
exec env
`,
  },
  { path: 'etc/passwd', mode: 0o644, text: 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
  { path: 'etc/group', mode: 0o644, text: 'root:x:0:\nnogroup:x:65534:\n' },
];

/** A text file of the image. */
export interface ImageFile {
  /** From the root of the image. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}
