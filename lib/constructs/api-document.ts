import type { Construct, IConstruct } from 'constructs';
import { openApiDocument, type DescribedApi } from '../core/open-api';

/** The OpenAPI document of an API. */
export interface ApiDocument {
  /** Name of the API. */
  readonly name: string;
  readonly content: object;
}

const METADATA = 'cdk8s-mlops/api-document';

/** Describes an API, and makes that known to the root of its tree, where it can be found without a walk. */
export function defineApiDocument(api: Construct, described: DescribedApi): object {
  const document: ApiDocument = { name: described.name, content: openApiDocument(described) };
  api.node.root.node.addMetadata(METADATA, document);
  return document.content;
}

/** The documents of a tree. */
export function apiDocuments(root: IConstruct): readonly ApiDocument[] {
  return root.node.metadata.filter(({ type }) => type === METADATA).map(({ data }) => data as ApiDocument);
}
