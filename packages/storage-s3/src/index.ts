/** The object store and the buckets of k4e on S3. */
export {};
