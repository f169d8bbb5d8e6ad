/** Where a process keeps what it makes of a file. @param path of the file, beside which it is. */
export const workFolderOf = (path: string) => `${path}-work.${process.pid}`;

export const isWorkFolder = (name: string) => /-work\.\d+$/.test(name);
