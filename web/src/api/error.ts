import type { TFunction } from "i18next";

export type FieldProblem = { location: string; message: string };

/** What went wrong, as the server's problem+json said it (RFC 9457). status 0 and code `network`: no answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  /** The whole problem, for fields that one code adds (window_closed has `allowed`). */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Record<string, unknown>) {
    const text = (name: string) => {
      const value = problem[name];
      return typeof value === "string" ? value : "";
    };
    super(text("detail") || text("title") || `HTTP ${status}`);
    this.status = status;
    this.code = text("code") || codeOf(status);
    this.title = text("title");
    this.detail = text("detail");
    this.errors = fieldProblems(problem.errors);
    this.problem = problem;
  }

  /** The message for one field of the request's body, by its name there. */
  field(name: string): string | undefined {
    return this.errors.find(({ location }) => location === name || location === `body.${name}`)
      ?.message;
  }
}

/** Reads a failed answer; what is not problem+json still becomes an ApiError with its status. */
export async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return new ApiError(response.status, isRecord(body) ? body : {});
}

/** A sentence for people: the server's own where it said one, else ours for the code. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("errors.unexpected");
  if (error.detail) return error.detail;
  switch (error.code) {
    case "network":
      return t("errors.network");
    case "forbidden":
      return t("errors.forbidden");
    case "not_found":
      return t("errors.not_found");
    case "rate_limited":
      return t("errors.rate_limited");
    case "internal":
      return t("errors.internal");
    default:
      return error.title || t("errors.unexpected");
  }
}

function codeOf(status: number): string {
  switch (status) {
    case 0:
      return "network";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 429:
      return "rate_limited";
    default:
      return status >= 500 ? "internal" : "invalid";
  }
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) =>
    isRecord(item) && typeof item.location === "string" && typeof item.message === "string"
      ? [{ location: item.location, message: item.message }]
      : [],
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
