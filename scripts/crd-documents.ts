import { fileURLToPath } from 'node:url';
import { k4eCrds } from '@k4e/core/resources';
import { stringify } from 'yaml';

/** Where the CustomResourceDefinitions are committed. */
export const CRD_DIRECTORY = fileURLToPath(new URL('../packages/operator/manifests/crds/', import.meta.url));

const HEADER = `# Generated from packages/core/src/resources by:
#   npm run generate:crds
# Change the schemas there, never this file.
`;

const LINE_WIDTH = 120;

/** The committed documents: file name and YAML text. */
export function crdDocuments(): readonly { readonly fileName: string; readonly text: string }[] {
  return Object.entries(k4eCrds()).map(([plural, crd]) => ({
    fileName: `${plural}.yaml`,
    text: HEADER + stringify(crd, { lineWidth: LINE_WIDTH, aliasDuplicateObjects: false }),
  }));
}
