import { findGoProgram } from '../parts/index.ts';
import type { FoundPart, GoProgram, PartContext } from '../parts/index.ts';
import { envtestSources } from './envtest-programs.ts';

const ETCD: GoProgram = {
  name: 'etcd',
  module: 'etcd',
  package: 'go.etcd.io/etcd/server/v3',
  versionedBy: 'go.etcd.io/etcd/server/v3',
  aboutSeconds: 50,
  linkerVariables: () => ({}),
};

const KUBE_APISERVER: GoProgram = {
  name: 'kube-apiserver',
  module: 'kubernetes',
  package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  versionedBy: 'k8s.io/kubernetes',
  aboutSeconds: 200,
  linkerVariables: componentVersion,
};

const KUBECTL: GoProgram = {
  ...KUBE_APISERVER,
  name: 'kubectl',
  package: 'k8s.io/kubernetes/cmd/kubectl',
  aboutSeconds: 30,
};

/** The three programs that make up a control plane. */
export interface ControlPlanePrograms {
  readonly etcd: FoundPart;
  readonly kubeApiserver: FoundPart;
  readonly kubectl: FoundPart;
}

/** Finds them, or builds those that are missing, one after the other. Fails with `PartUnavailableError`. */
export async function findControlPlanePrograms(context: PartContext): Promise<ControlPlanePrograms> {
  const find = (program: GoProgram): Promise<FoundPart> =>
    findGoProgram(program, context, envtestSources(program.name, context));
  return { etcd: await find(ETCD), kubeApiserver: await find(KUBE_APISERVER), kubectl: await find(KUBECTL) };
}

// Without these the API server says that it is v0.0.0-master, and clients that ask for its version refuse it.
function componentVersion(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.split('.');
  const prefix = 'k8s.io/component-base/version';
  return {
    [`${prefix}.gitVersion`]: `v${version}`,
    [`${prefix}.gitMajor`]: major,
    [`${prefix}.gitMinor`]: minor,
  };
}
