/** What the server says when a request does not succeed (RFC 9457), or that it could not be asked. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number, // 0: there was no answer.
    readonly type: string, // The server's slug, or 'unreachable'.
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail || title);
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  request_id?: string;
}

export function toError(problem: Problem, status: number, retryAfter: string | null = null): ApiError {
  const slug = (problem.type ?? '').split(/[/:]/).pop() || 'internal';
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return new ApiError(
    problem.status ?? status,
    slug,
    problem.title ?? '',
    problem.detail ?? '',
    problem.request_id ?? null,
    Number.isFinite(seconds) ? seconds : null,
  );
}

export async function errorOf(response: Response): Promise<ApiError> {
  const problem = await response.json().catch(() => ({}) as Problem);
  return toError(problem as Problem, response.status, response.headers.get('Retry-After'));
}

/** Whatever was thrown, as an error that can be shown. Aborted requests are the caller's own doing. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof TypeError) return new ApiError(0, 'unreachable', '', ''); // What fetch throws.
  return new ApiError(0, 'internal', '', thrown instanceof Error ? thrown.message : String(thrown));
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
