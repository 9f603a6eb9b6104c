/**
 * The floors of k4e, bottom to top. A file imports from its own folder and from lower floors; `@k4e/*` packages import
 * each other by published names. `scripts/floors.test.ts` proves each rule on a planted violation.
 */
const core = (folders) => `^packages/core/src/(${folders})/`;
const adapters =
  'runtime-podman|firewall-nftables|storage-s3|store-kubernetes|store-sqlite|link-yggdrasil|link-mqtt|logging-pino';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one concept, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'foundation-imports-nothing-of-ours',
      comment: 'Floor 0.',
      severity: 'error',
      from: { path: core('foundation') },
      to: { path: '^packages/', pathNot: core('foundation') },
    },
    {
      name: 'schemas-import-the-foundation-only',
      comment: 'Floor 1: resources and protocol do not know each other.',
      severity: 'error',
      from: { path: '^packages/core/src/(resources|protocol)/' },
      to: { path: '^packages/', pathNot: ['^packages/core/src/$1/', core('foundation')] },
    },
    {
      name: 'ports-import-schemas-only',
      comment: 'Floor 2.',
      severity: 'error',
      from: { path: core('ports') },
      to: { path: '^packages/', pathNot: core('ports|foundation|resources|protocol') },
    },
    {
      name: 'machinery-knows-no-domain',
      comment: 'Floor 3: reconcile and system serve every kind of resource alike.',
      severity: 'error',
      from: { path: core('reconcile|system|testing') },
      to: { path: core('control-plane|device|gateway|link') },
    },
    {
      name: 'the-link-knows-none-of-its-ends',
      comment: 'Floor 4: what device and gateway share of their way to the control plane.',
      severity: 'error',
      from: { path: core('link'), pathNot: ['\\.test\\.ts$', '\\.testing\\.ts$'] },
      to: { path: core('control-plane|device|gateway|testing') },
    },
    {
      name: 'the-parties-never-meet',
      comment: 'Floor 5: control plane, device and gateway know each other through protocol and ports alone.',
      severity: 'error',
      from: { path: '^packages/core/src/(control-plane|device|gateway)/' },
      to: { path: core('control-plane|device|gateway'), pathNot: '^packages/core/src/$1/' },
    },
    {
      name: 'the-control-plane-has-no-link',
      comment: 'It is the other end.',
      severity: 'error',
      from: { path: core('control-plane') },
      to: { path: core('link') },
    },
    {
      name: 'core-imports-no-other-package',
      comment: 'Core is the bottom package.',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'fakes-are-for-tests',
      comment: 'Nothing that ships runs on a stand-in.',
      severity: 'error',
      from: {
        path: '^packages/[^/]+/src/',
        pathNot: ['\\.test\\.ts$', '\\.testing\\.ts$', '^packages/(core/src/testing|conformance|testbed)/'],
      },
      to: { path: '^packages/core/src/testing/' },
    },
    {
      name: 'adapters-import-core-only',
      comment: 'Adapters have no privileges: what they need of us, a third party needs too.',
      severity: 'error',
      from: { path: `^packages/(${adapters})/src/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: '^packages/',
        pathNot: ['^packages/$1/', '^packages/core/src/index\\.ts$', '^packages/core/src/[a-z0-9-]+/index\\.ts$'],
      },
    },
    {
      name: 'conformance-imports-core-only',
      comment: 'The suites judge every adapter by the ports alone, so they know none.',
      severity: 'error',
      from: { path: '^packages/conformance/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/', pathNot: '^packages/(conformance|core)/' },
    },
    {
      name: 'testbed-is-for-tests',
      comment: 'It is never published, so nothing that is may need it.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: ['^packages/testbed/', '\\.test\\.ts$'] },
      to: { path: '^packages/testbed/' },
    },
    {
      name: 'packages-have-a-front-door',
      comment: 'Another package is imported by its published names, never by a path into it.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/[a-z0-9-]+\\.ts$',
          '^packages/[^/]+/src/[a-z0-9-]+/index\\.ts$',
        ],
      },
    },
    {
      name: 'operator-and-agent-are-strangers',
      severity: 'error',
      from: { path: '^packages/(operator|agent)/src/' },
      to: { path: '^packages/(operator|agent)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'typedi-in-compositions-only',
      comment: 'Libraries take their collaborators as arguments.',
      severity: 'error',
      from: { pathNot: '^packages/(operator|agent)/src/composition/' },
      to: { path: 'node_modules/typedi' },
    },
    {
      name: 'nothing-that-is-not-declared',
      comment: 'A package runs on what its package.json names.',
      severity: 'error',
      from: { path: '^packages/', pathNot: ['\\.test\\.ts$', '/test/'] },
      to: { pathNot: '^packages/', dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['@k4e/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
