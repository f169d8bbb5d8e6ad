export function isoTime(sec: number): string {
  return `${new Date(sec * 1000).toISOString().slice(0, -'.000Z'.length)}Z`;
}
