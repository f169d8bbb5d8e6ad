import { type Sending, untilKnown } from '../../contract/until-known.ts';

class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: Response;
  readonly code: unknown;
  constructor(answer: Response, code: unknown) {
    super('The host refused.');
    this.answer = answer;
    this.code = code;
  }
}

/** `fetch` for what a wallet has signed: it is sent again until it is known what became of it. */
export async function patientFetch(
  url: string,
  init: RequestInit = {},
  how: Omit<Sending, 'codeOf'> = {},
): Promise<Response> {
  const send = async () => {
    const answer = await fetch(url, init);
    if (answer.ok) return answer;
    throw new Refused(answer, await codeIn(answer));
  };
  const codeOf = (error: unknown) => {
    if (error instanceof Refused) return error.code;
    return error instanceof TypeError && !init.signal?.aborted ? null : undefined;
  };
  try {
    return await untilKnown(send, { ...how, codeOf });
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

/** The code of a problem; `undefined` where it has none. */
export async function codeIn(answer: Response): Promise<unknown> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return Object(body).code;
}
