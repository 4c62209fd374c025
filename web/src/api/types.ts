/** The objects of the API, as /openapi.json describes them. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Scope = 'query' | 'ingest' | 'admin';

export interface Principal {
  name: string;
  kind: 'local' | 'key' | 'user' | 'setup';
  tenant: string;
  scopes: Scope[];
  groups: string[];
}

export interface Tokens {
  access_token: string;
  expires_in: number;
  refresh_token: string;
}

export interface Collection {
  name: string;
  description: string;
  embedding_model: string | null;
  chunking: { strategy: string; max_tokens: number; overlap_tokens: number };
  documents: number;
  chunks: number;
  segments: number;
  bytes: number;
  manifest: number;
  created_at: string;
}

export const documentStatuses = ['saving', 'queued', 'extracting', 'chunking', 'embedding', 'indexed', 'failed'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

export interface Document {
  id: string;
  external_id: string;
  title: string;
  url: string | null;
  language: string | null;
  media_type: string | null;
  metadata: Record<string, unknown>;
  acl: string[];
  content_hash: string;
  bytes: number;
  version: number;
  indexed_version: number | null; // What searches find.
  status: DocumentStatus;
  progress: number;
  error: string | null;
  pages: number;
  chunks: number;
  created_at: string;
  updated_at: string;
}

export interface UploadedDocument {
  id: string;
  external_id: string;
  content_hash: string;
  status: DocumentStatus;
  task_id: string | null;
  unchanged: boolean;
  error: string | null;
}

/** In Unicode code points, end exclusive. */
export interface Span {
  start: number;
  end: number;
}

export interface Chunk {
  chunk_id: string;
  span: Span;
  page: number | null;
  heading_path: string[];
  text: string;
}

export interface Citation {
  n: number;
  document_id: string;
  external_id: string;
  collection: string;
  title: string;
  page: number | null;
  span: Span;
  quote: string;
}

export interface AnswerSentence {
  text: string;
  citations: number[];
  supported: boolean;
  reason?: string | null; // Why it is not supported, in English.
}

export interface Answer {
  answer: string;
  abstained: boolean;
  sentences: AnswerSentence[];
  citations: Citation[];
  generator: string;
  cached: string;
  took_ms: number;
  manifests: Record<string, number>;
  rewritten_question?: string | null; // What was searched for, after turns before.
  dropped?: number; // Sentences of a model that no quote supported and that were left out.
  usage?: { model: string; prompt_tokens: number; reply_tokens: number } | null;
}
