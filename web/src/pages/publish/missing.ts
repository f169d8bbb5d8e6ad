interface Form {
  file: File | undefined;
  tooLarge: boolean;
  /** No field of the terms is wrong. */
  canSend: boolean;
  /** None of the captions is wrong, or waits for its language. */
  hasCaptions: boolean;
}

/** Why a file can't be sent yet, said beside its button; `null`: it can. */
export function missing({ file, tooLarge, canSend, hasCaptions }: Form): string | null {
  if (file === undefined) return 'Choose a file first.';
  if (tooLarge) return 'This file is too large for this host.';
  if (!canSend) return 'A field above is empty, or wrong.';
  return hasCaptions ? null : 'Captions above are wrong, or wait for their language.';
}
