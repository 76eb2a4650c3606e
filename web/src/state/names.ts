import { signal } from "@preact/signals";
import { api } from "./services";

/** Names of titles that were asked for, by id. */
const known = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

export function learnName(id: string, name: string): void {
  asked.add(id);
  if (known.peek().get(id) !== name) known.value = new Map(known.peek()).set(id, name);
}

/** The name of a title; its id until that is known. */
export function titleName(id: string): string {
  if (!asked.has(id)) {
    asked.add(id);
    api.titles.getTitle({ titleId: id }).then(
      ({ title }) => learnName(id, title!.name),
      // Deleted, or nobody answers: live figures come each second, and must not ask each time.
      () => undefined,
    );
  }
  return known.value.get(id) ?? id;
}
