/** What a secret is sealed for: one that is put into another row does not open. */
export function uploadSecretOf(id: string): string {
  return `upload ${id}`;
}

/** @param owner the creator, in lower case. */
export function contentSecretOf(cidKey: string, owner: string): string {
  return `content ${cidKey} of ${owner}`;
}

/** Where a process keeps what it makes of a file. @param path of the file, beside which it is. */
export const workFolderOf = (path: string) => `${path}-work.${process.pid}`;

export const isWorkFolder = (name: string) => /-work\.\d+$/.test(name);
