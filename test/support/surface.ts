import { DomainError, errorCatalogue } from '@tallystick/kernel';
import { dialectAt, STATUS_OF, type AppName, type DialectPlace } from '@tallystick/platform';
import type { ContractOperation } from './contract-watch.js';

/** An answer, as far as it is looked at. */
interface Heard {
  readonly statusCode: number;
  readonly body: string;
}

/** Status and code of a refusal. */
export type Refusal = readonly [status: number, code: string | undefined];

/** How a surface refuses: the native one by `code`, a dialect in its own envelope. */
export interface Surface {
  /** What it answers to the error of this code. */
  expected(code: string): Refusal;
  heard(answer: Heard): Refusal;
  /** Whether an answer is a refusal, whatever its status. */
  refuses(answer: Heard): boolean;
  /** Whether a refusal carries one of the codes that are published. */
  isKnown(answer: Heard): boolean;
}

/** The surface that an operation of an app belongs to. */
export function surfaceOf(app: AppName, { path }: Pick<ContractOperation, 'path'>): Surface {
  const place = dialectAt(app, path);
  return place ? spoken(place) : NATIVE;
}

const definitionOf = (code: string) => errorCatalogue().find((definition) => definition.code === code)!;

const NATIVE: Surface = {
  expected: (code) => [STATUS_OF[definitionOf(code).kind], code],
  heard: ({ statusCode, body }) => [statusCode, (JSON.parse(body) as { code: string }).code],
  refuses: ({ statusCode }) => statusCode >= 400,
  isKnown({ body }) {
    const { code, error, request_id } = JSON.parse(body) as { code?: string; error?: string; request_id?: string };
    return definitionOf(code ?? error ?? '') !== undefined && (code === undefined || request_id !== undefined);
  },
};

function spoken({ dialect, paths: { envelope } }: DialectPlace): Surface {
  const codeIn = ({ body }: Heard): string | undefined => envelope.codeIn(body);
  return {
    expected(code) {
      const { status, text } = envelope.refusal({ requestId: '', responseId: '' }, new DomainError(definitionOf(code)));
      return [status, envelope.codeIn(text)];
    },
    heard: (answer) => [answer.statusCode, codeIn(answer)],
    refuses: (answer) => codeIn(answer) !== dialect.successCode,
    isKnown: (answer) => dialect.codes.includes(codeIn(answer) ?? ''),
  };
}
