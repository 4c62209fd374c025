import type { Span } from '@/api/types';

export const modes = ['hybrid', 'dense', 'lexical'] as const;
export type Mode = (typeof modes)[number];
export const fusions = ['minmax', 'rrf'] as const;
export type Fusion = (typeof fusions)[number];

/** What a filter compares: the scalars that metadata may hold. */
export type Scalar = string | number | boolean;

export interface Standing {
  rank: number;
  score: number;
  normalised: number;
  weight: number;
}

export interface Explanation {
  fusion: Fusion;
  lexical?: Standing & { terms: { term: string; weight: number; contribution: number }[] };
  dense?: Standing & { model: string };
  coverage?: { share: number; weight: number };
  own_script_bonus?: number;
}

export interface Hit {
  chunk_id: string;
  document_id: string;
  external_id: string;
  collection: string;
  title: string;
  score: number;
  scores: { dense: number | null; lexical: number | null };
  text: string;
  span: Span;
  page: number | null;
  heading_path: string[];
  metadata: Record<string, unknown>;
  explanation?: Explanation;
}

export interface SearchResponse {
  hits: Hit[];
  manifests: Record<string, number>;
  took_ms: number;
  complete: boolean;
}
