import { useEffect, useState } from "preact/hooks";
import { claims, isSigningIn, signOut, token } from "../state/account";
import { go, Link, path, query } from "../state/router";
import { theme, type Theme } from "../state/theme";

const nextTheme: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const themeNames: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

function Search() {
  const asked = path.value === "/" ? (query.value.get("q") ?? "") : "";
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const words = text.trim();
    go(words ? `/?q=${encodeURIComponent(words)}` : "/");
  };
  return (
    <form role="search" class="search" onSubmit={submit}>
      <label class="visually-hidden" for="search">
        Search films and series
      </label>
      <input
        id="search"
        type="search"
        placeholder="Search films and series"
        value={text}
        maxLength={200}
        enterKeyHint="search"
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

export function Header() {
  const who = claims.value;
  return (
    <header class="header">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Link href="/" class="brand" aria-label="MoviesNow, home">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>MoviesNow</span>
      </Link>
      <Search />
      <nav class="header-actions" aria-label="Site">
        {who?.roles.includes("admin") && (
          <Link href="/ops" class="button button-quiet" aria-current={path.value === "/ops" ? "page" : undefined}>
            Operations
          </Link>
        )}
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={`Colours: ${themeNames[theme.value]}. Change to ${themeNames[nextTheme[theme.value]]}.`}
          title={`Colours: ${themeNames[theme.value]}`}
          onClick={() => (theme.value = nextTheme[theme.value])}
        >
          <span aria-hidden="true">{theme.value === "auto" ? "◐" : theme.value === "light" ? "☀" : "☾"}</span>
        </button>
        {token.value ? (
          <button type="button" class="button button-quiet" onClick={signOut} title={who?.subject}>
            Sign out
          </button>
        ) : (
          <button type="button" class="button" onClick={() => (isSigningIn.value = true)}>
            Sign in
          </button>
        )}
      </nav>
    </header>
  );
}
