/** The last argument of every asynchronous public method. */
export interface CallOptions {
  /** Ends the call early with `ABORTED`. What was done until then stays done. */
  readonly signal?: AbortSignal;
}
