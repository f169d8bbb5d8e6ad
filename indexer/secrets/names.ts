/** What a secret is sealed for: one that is put into another row does not open. */
export function uploadSecretOf(id: string): string {
  return `upload ${id}`;
}

/** @param owner the creator, in lower case. */
export function contentSecretOf(cidKey: string, owner: string): string {
  return `content ${cidKey} of ${owner}`;
}
