/**
 * Why a pod is taken away: it is not in the configuration, it must not run, it was started from something else, or only
 * in part. In the last two cases it is started anew.
 */
export type RemovalCause = 'unwanted' | 'withheld' | 'changed' | 'incomplete';
