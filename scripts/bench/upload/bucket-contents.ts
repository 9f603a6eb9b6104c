import { S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { MinioProgram } from '@k4e/testbed';
import type { FileTree } from './file-tree.ts';

/** Throws unless below `prefix` of the bucket are just as many objects as the tree has files, each of their size. */
export async function checkObjects(
  minio: MinioProgram,
  bucket: string,
  prefix: string,
  { files, fileBytes }: FileTree,
): Promise<void> {
  const { endpoint, region, root } = minio;
  const client = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
  let [count, wrong] = [0, 0];
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      count += Contents.length;
      wrong += Contents.filter(({ Size }) => Size !== fileBytes).length;
    }
  } finally {
    client.destroy();
  }
  if (count !== files || wrong > 0) {
    const found = `${String(count)} objects, ${String(wrong)} of them of another size`;
    throw new Error(`${bucket}/${prefix}: ${found}; ${String(files)} of ${String(fileBytes)} bytes are wanted`);
  }
}
