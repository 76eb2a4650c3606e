import type { Title } from "@moviesnow/client/catalog";
import { useEffect, useId, useState } from "preact/hooks";
import { kindName, years } from "../components/cards";
import { token } from "../state/account";
import { useLoad } from "../state/load";
import { learnName, titleName } from "../state/names";
import { api } from "../state/services";

const most = 10;
const typingMs = 200;

/** What is written, once nothing more was for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Finds a title of the whole catalogue by a part of its name (WAI-ARIA's combobox with a list). */
export function TitleField({ titleId, onChange }: { titleId: string; onChange: (titleId: string) => void }) {
  const id = useId();
  const [text, setText] = useState(titleId && titleName(titleId));
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const words = useSettled(text.trim());
  const found = useLoad(
    async (signal) => (isOpen ? (await api.titles.listTitles({ query: words, includeAdult: true, pageSize: most }, { signal })).titles : []),
    [words, isOpen, token.value],
  );
  const titles = found.state === "ready" ? found.value : [];
  const problem =
    found.state === "failed" ? "The catalogue does not answer." : found.state === "ready" && titles.length === 0 ? "No title has such a name." : "";
  useEffect(() => setActive(-1), [found]);

  const choose = (title: Title | undefined) => {
    if (title) learnName(title.id, title.name);
    setText(title?.name ?? "");
    setOpen(false);
    onChange(title?.id ?? "");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (titles.length > 0) setActive((active + step + titles.length + (active < 0 && step < 0 ? 1 : 0)) % titles.length);
    } else if (event.key === "Enter" && isOpen && titles[Math.max(active, 0)]) {
      event.preventDefault();
      choose(titles[Math.max(active, 0)]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      setOpen(false);
    }
  };
  const leave = () => {
    setOpen(false);
    // What was not chosen is no filter.
    setText(titleId && titleName(titleId));
  };
  return (
    <div class="field title-field">
      <label for={id}>Title</label>
      <input
        id={id}
        role="combobox"
        type="text"
        autocomplete="off"
        placeholder="All"
        maxLength={200}
        aria-autocomplete="list"
        aria-expanded={isOpen && titles.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && titles[active] ? `${id}-${active}` : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
          if (event.currentTarget.value === "") onChange("");
        }}
        onClick={() => setOpen(true)}
        onKeyDown={press}
        onBlur={leave}
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Found" class="title-list" hidden={!isOpen || titles.length === 0}>
        {titles.map((title, index) => (
          <li
            key={title.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // Before the field loses the focus, and with it the list.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(title);
            }}
          >
            {title.name} <span class="hint">{[kindName(title), years(title)].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
      <p role="status" class={isOpen && problem ? "title-list hint" : "visually-hidden"}>
        {isOpen && problem}
      </p>
    </div>
  );
}
