/** Times of `<input type="datetime-local">`: the local minute, without a zone. */
export function localOf(instant: number): string {
  const time = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** RFC 3339 of such a text. */
export function instantOf(local: string): string {
  return new Date(local).toISOString();
}
