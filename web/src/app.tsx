import type { ComponentType } from "preact";
import { Component, type ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Header } from "./components/header";
import { EmptyPanel } from "./components/panels";
import { SignInDialog } from "./components/sign-in";
import { DownloadsPage } from "./pages/downloads";
import { Home } from "./pages/home";
import { TitlePage } from "./pages/title";
import { useTitle } from "./state/page";
import { Link, path } from "./state/router";

/** Draws a page whose code is loaded when it is first wanted: players and charts are large. */
function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [, redraw] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (!loaded) load().then((page) => { loaded = page; redraw(1); }, () => setFailed(true));
    }, []);
    const Page = loaded;
    if (Page) return <Page {...props} />;
    return failed ? (
      <EmptyPanel heading="This page did not load">
        <button type="button" class="button" onClick={() => location.reload()}>Load it again</button>
      </EmptyPanel>
    ) : (
      <p role="status">Loading…</p>
    );
  };
}

const WatchPage = lazy<{ titleId: string; episodeId: string }>(async () => (await import("./pages/watch")).WatchPage);
const OpsPage = lazy<object>(async () => (await import("./pages/ops")).OpsPage);

function NotFound() {
  useTitle("Not found");
  return (
    <EmptyPanel heading="No such page">
      There is nothing at this address. <Link href="/">Go to the start page</Link>.
    </EmptyPanel>
  );
}

const id = "([0-9a-fA-F-]{36})";
const routes: [RegExp, (...ids: string[]) => ComponentChildren][] = [
  [/^\/$/, () => <Home />],
  [new RegExp(`^/title/${id}$`), (titleId) => <TitlePage key={titleId} titleId={titleId!} />],
  [new RegExp(`^/title/${id}/downloads$`), (titleId) => <DownloadsPage key={titleId} titleId={titleId!} />],
  [new RegExp(`^/watch/${id}(?:/${id})?$`), (titleId, episodeId = "") => <WatchPage key={titleId + episodeId} titleId={titleId!} episodeId={episodeId} />],
  [/^\/ops$/, () => <OpsPage />],
];

/** A defect of one page leaves the others as they are. */
class Guard extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? (
      <EmptyPanel heading="Something went wrong">
        This page has a defect. <a href="/">Go to the start page</a>.
      </EmptyPanel>
    ) : (
      this.props.children
    );
  }
}

export function App() {
  const where = path.value;
  const found = routes.map(([pattern, draw]) => [pattern.exec(where), draw] as const).find(([match]) => match);
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1} class={where.startsWith("/watch/") ? "main main-watch" : "main"}>
        <Guard key={where}>{found ? found[1](...found[0]!.slice(1)) : <NotFound />}</Guard>
      </main>
      <SignInDialog />
    </>
  );
}
