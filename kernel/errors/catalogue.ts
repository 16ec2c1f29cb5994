/**
 * Every error code that a client can meet, with the HTTP status of the REST facade and one sentence.
 * docs/errors.md is the table for readers; a test holds both equal.
 */
export const errorCatalogue = {
  UNAUTHENTICATED: { status: 401, sentence: 'The access token is missing, expired or not ours.' },
  FORBIDDEN: { status: 403, sentence: 'The caller is known but lacks the permission for this operation.' },
  NOT_FOUND: { status: 404, sentence: 'There is no such thing, or the caller may not know of it.' },
  BAD_USER_INPUT: { status: 400, sentence: 'An input value is not acceptable; `extensions.field` names it.' },
  SETTINGS_INVALID: { status: 422, sentence: 'The project settings do not fit the JSON schema of the project type.' },
  UNKNOWN_PROJECT_TYPE: { status: 422, sentence: 'No registered project type, or version of it, has this name.' },
  CONFLICT: { status: 409, sentence: 'The change contradicts what is stored, for example a name that is taken.' },
  IDEMPOTENCY_CONFLICT: { status: 409, sentence: 'This idempotency key was used before with another request.' },
  INVALID_TRANSITION: { status: 409, sentence: 'The thing is in a status from which this step is not possible.' },
  BUDGET_EXCEEDED: { status: 422, sentence: 'The amount is more than what the budget still allows.' },
  SCHEMA_REJECTED: { status: 422, sentence: 'The schema of a project type breaks a rule; the message names the field and the rule.' },
  COMPOSITION_FAILED: { status: 422, sentence: 'The schema does not compose with the live supergraph.' },
  DEPLOYMENT_FAILED: { status: 502, sentence: 'The service of a project could not be brought up.' },
  PROJECT_UNAVAILABLE: { status: 503, sentence: 'The service of this project does not answer now; other projects are not affected.' },
  PROJECT_PAUSED: { status: 409, sentence: 'The project is paused: reading works, changes do not.' },
  PROJECT_CLOSED: { status: 410, sentence: 'The project is closed; its service no longer runs.' },
  FIELD_NOT_IN_VERSION: { status: 501, sentence: 'The version of the type that this project runs does not have this field or argument yet.' },
  OUTCOME_UNKNOWN: { status: 504, sentence: 'A change was sent but no answer came: repeat it with the same idempotency key.' },
  RESUME_GAP: { status: 410, sentence: 'The position to resume from is no longer retained: read the current state again and subscribe anew.' },
  CORE_UNAVAILABLE: { status: 503, sentence: 'The core service does not answer now.' },
  NOT_READY: { status: 503, sentence: 'The service is starting or has lost something it needs; nothing was written.' },
  CHAIN_STALE: { status: 503, sentence: 'The chain index is further behind than allowed.' },
  CHAIN_NOT_YET_INDEXED: { status: 503, sentence: 'The requested block has not been indexed yet.' },
  CHAIN_INDEXING_ERROR: { status: 502, sentence: 'The chain index has stopped on an error.' },
  CHAIN_UPSTREAM: { status: 502, sentence: 'The chain endpoint does not answer, or answers with an error.' },
  GRAPHQL_PARSE_FAILED: { status: 400, sentence: 'The document is not GraphQL, or is longer than allowed.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, sentence: 'The document does not fit the schema; the message names what is wrong.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, sentence: 'The document holds no operation of this name, or several and none was named.' },
  QUERY_PLANNING_FAILED: { status: 501, sentence: 'No plan can answer this operation rightly; the message names the field.' },
  INTERNAL_SERVER_ERROR: { status: 500, sentence: 'Something unexpected happened; `extensions.incidentId` finds it in the logs.' },
} as const;

/** A code of {@link errorCatalogue}. */
export type ErrorCode = keyof typeof errorCatalogue;
